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

/// <summary>Kestrel as every server of a run has it: HTTP/2, mutual TLS 1.3, a free loopback port, no log. Only what answers differs.</summary>
internal static class ServerHost
{
    /// <summary>More than any run has in flight on a connection, so that no arm waits for a stream.</summary>
    private const int MaxStreamsPerConnection = 2048;

    public static async Task<(WebApplication App, int Port)> StartAsync(ServerKind kind, X509Certificate2 own, byte[] client)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = own;
                    https.SslProtocols = SslProtocols.Tls13;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (presented, _, _) => SelfSigned.IsSame(presented, client);
                });
            });
        });
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<RuntimeEcho>().AddSingleton<StubEcho>();
        var app = builder.Build();
        Map(app, kind);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return (app, new Uri(address).Port);
    }

    private static void Map(WebApplication app, ServerKind kind)
    {
        if (kind == ServerKind.Bare)
        {
            app.Run(BareEcho.HandleAsync);
            return;
        }

        app.UseRouting();
        app.MapGrpcService<RuntimeEcho>();
        app.MapGrpcService<StubEcho>();
    }
}
