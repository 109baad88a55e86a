using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Identity;
using Exchange.Node;
using Exchange.Node.Admission;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>Kestrel with the node's own limits for provider and relay, which let in whoever has a certificate of the run's authority.</summary>
internal static class MemberHost
{
    /// <summary>More than any run has in flight on a connection, so that no arm waits for a stream.</summary>
    private const int StreamsPerConnection = 1024;

    public static async Task<(WebApplication App, int Port)> StartAsync<TService>(TService service, X509Certificate2 own, X509Certificate2 anchor)
        where TService : class
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            TransportLimits.Apply(kestrel.Limits, new NodeLimits { StreamsPerConnection = StreamsPerConnection });
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = own;
                    https.SslProtocols = SslProtocols.Tls13;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (presented, _, _) =>
                        CertificateChain.IsSound(presented, null, anchor, CertificateChain.ClientAuthentication, TimeProvider.System.GetUtcNow());
                });
            });
        });
        builder.Services.AddRouting();
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = 1024 * 1024);
        builder.Services.AddSingleton(service);
        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<TService>();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return (app, new Uri(address).Port);
    }
}
