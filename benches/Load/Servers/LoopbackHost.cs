using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Benches.Load.Servers;

/// <summary>Kestrel as every server of a run has it: HTTP/2, mutual TLS 1.3, a free loopback port, no log. Whom it lets in, what bounds it and what answers is its owner's to say.</summary>
internal sealed class LoopbackHost
{
    public required X509Certificate2 Own { get; init; }

    /// <summary>Whether it lets a client in.</summary>
    public required Func<X509Certificate2, bool> Admits { get; init; }

    public Action<KestrelServerLimits> Limits { get; init; } = _ => { };

    public Action<HttpsConnectionAdapterOptions> Tls { get; init; } = _ => { };

    public Action<IServiceCollection> Services { get; init; } = _ => { };

    public Action<WebApplication> Map { get; init; } = _ => { };

    /// <summary>Returns when it serves.</summary>
    public async Task<(WebApplication App, int Port)> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Configure);
        Services(builder.Services);
        var app = builder.Build();
        Map(app);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return (app, new Uri(address).Port);
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        Limits(kestrel.Limits);
        kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = Own;
                https.SslProtocols = SslProtocols.Tls13;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (presented, _, _) => Admits(presented);
                Tls(https);
            });
        });
    }
}
