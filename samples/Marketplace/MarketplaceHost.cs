using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Samples.Marketplace;

/// <summary>A marketplace's door to the exchange: one gRPC service over TLS 1.3 with certificates on both sides.</summary>
public sealed class MarketplaceHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private MarketplaceHost(WebApplication application, Uri endpoint)
    {
        _application = application;
        Endpoint = endpoint;
    }

    /// <summary>Where the node reaches it.</summary>
    public Uri Endpoint { get; }

    /// <summary>Starts serving; returns when the door is open.</summary>
    public static async Task<MarketplaceHost> StartAsync(MarketplaceOptions options, CancellationToken cancellation = default)
    {
        var gate = new NodeGate(options.Anchor, options.NodeId);

        // The empty builder takes no signals and writes no log: the marketplace lives inside another program.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.Services.AddLogging();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new MarketplaceProvider(options));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, options.Port, door =>
            {
                door.Protocols = HttpProtocols.Http2;
                door.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = options.Certificate,
                    SslProtocols = SslProtocols.Tls13,
                    ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                    ClientCertificateValidation = (certificate, _, _) => gate.Admits(certificate),
                });
            }));

        var application = builder.Build();
        application.UseRouting();
        application.MapGrpcService<MarketplaceProvider>();
        await application.StartAsync(cancellation);
        return new MarketplaceHost(application, AddressOf(application));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static Uri AddressOf(WebApplication application) =>
        new(application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
}
