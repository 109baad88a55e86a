using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Vocabulary;
using Grpc.Net.Client;

namespace Exchange.Client.Transport;

/// <summary>A channel to one node: TLS 1.3, the member's certificate, and on the other side the node's own id under its own anchor.</summary>
internal static class NodeChannel
{
    internal static GrpcChannel Open(ExchangeClientOptions options) => GrpcChannel.ForAddress(options.Node, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromHours(1),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                AllowTlsResume = false,
                ClientCertificateContext = SslStreamCertificateContext.Create(options.Certificate, null, offline: true),
                RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                    certificate is X509Certificate2 presented
                    && CertificateIdentity.TryRead(presented, out var id)
                    && id == options.NodeId
                    && CertificateChain.IsSound(presented, chain?.ChainPolicy.ExtraStore, options.Anchor, CertificateChain.ServerAuthentication, options.Clock.GetUtcNow()),
            },
        },
        DisposeHttpClient = true,
        MaxReceiveMessageSize = options.MaximumPageBytes,
    });
}
