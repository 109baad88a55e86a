using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Grpc.Tests.Protos;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Exchange.Grpc.Tests;

/// <summary>The transport that the node uses: TLS 1.3, a certificate on either side.</summary>
public sealed class MutualTlsTests
{
    [Fact]
    public async Task Both_sides_know_each_other()
    {
        using var serverCertificate = Certificate("node", "localhost");
        using var clientCertificate = Certificate("tax service", "tax.test");
        await using var server = await TestServer.StartAsync(listen: listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = serverCertificate;
                https.SslProtocols = SslProtocols.Tls13;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (presented, _, _) => presented.RawDataMemory.Span.SequenceEqual(clientCertificate.RawData);
            });
        });
        server.Service.OnAsk = (_, context) => Task.FromResult(new EchoResponse
        {
            Text = $"{context.AuthContext.IsPeerAuthenticated} {context.AuthContext.PeerIdentity.Single().Value} "
                + context.AuthContext.FindPropertiesByName("x509_common_name").Single().Value,
        });

        (await AskAsync(server, serverCertificate, clientCertificate)).ShouldBe("True tax.test tax service");
        (await Should.ThrowAsync<RpcException>(() => AskAsync(server, serverCertificate, null))).StatusCode.ShouldBe(StatusCode.Unavailable);
        var stranger = await Should.ThrowAsync<RpcException>(() => AskAsync(server, clientCertificate, clientCertificate));

        // What to mend: the framework's outermost message only says that there is another within.
        stranger.StatusCode.ShouldBe(StatusCode.Unavailable);
        stranger.Status.Detail.ShouldContain("The remote certificate was rejected");
    }

    private static async Task<string> AskAsync(TestServer server, X509Certificate2 expected, X509Certificate2? own)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = own is null ? null : [own],
                RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null && presented.GetRawCertData().AsSpan().SequenceEqual(expected.RawData),
            },
        };
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        return (await new Echo.EchoClient(channel).AskAsync(new EchoRequest())).Text;
    }

    private static X509Certificate2 Certificate(string commonName, string dnsName)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }
}
