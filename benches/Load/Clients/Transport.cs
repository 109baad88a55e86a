using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Benches.Load.Servers;

namespace Exchange.Benches.Load.Clients;

/// <summary>The handler that every client of a run has: one HTTP/2 connection, mutual TLS 1.3.</summary>
internal static class Transport
{
    public static SocketsHttpHandler Create(X509Certificate2 own, byte[] server) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        SslOptions = new SslClientAuthenticationOptions
        {
            TargetHost = SelfSigned.HostName,
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificates = [own],
            RemoteCertificateValidationCallback = (_, presented, _, _) => SelfSigned.IsSame(presented, server),
        },
    };
}
