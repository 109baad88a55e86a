using System.Net;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using Exchange.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Interop.Tests.Cases;

/// <summary>Our server on Kestrel, and grpc-js as its client; both start with the first case that asks.</summary>
public sealed class JavaScriptClient : IAsyncLifetime
{
    private readonly Parties _parties = new();
    private readonly CallBook _book = new();
    private NodePeer? _client;
    private WebApplication? _server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.StopAsync();
            await _server.DisposeAsync();
        }

        _parties.Dispose();
    }

    /// <summary>Lets grpc-js run a case, and tells what our server saw of its first calls.</summary>
    /// <param name="calls">How many calls to wait for; those that grpc-js ends before they leave it are none.</param>
    /// <param name="name">The case.</param>
    internal async Task<IReadOnlyList<ServedCall>> RunAsync(string name, int calls)
    {
        _client ??= await StartAsync();
        await _client.TellAsync(new JsonObject { ["case"] = name });
        var result = await _client.HearAsync();
        result.GetProperty("ok").GetBoolean().ShouldBeTrue(result.ToString());

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var served = new List<ServedCall>();
        while (served.Count < calls)
        {
            if (await _book.Ended.ReadAsync(patience.Token) is { } call && call.Case == name)
            {
                served.Add(call);
            }
        }

        return served;
    }

    private async Task<NodePeer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => Secure(listen, ClientCertificateMode.RequireCertificate));
            kestrel.Listen(IPAddress.Loopback, 0, listen => Secure(listen, ClientCertificateMode.NoCertificate));
        });
        builder.Services.AddGrpc(options => options.ResponseCompressionAlgorithm = "gzip");
        builder.Services.AddSingleton<TestPeer>();
        _server = builder.Build();
        _server.Use(_book.KeepAsync);
        _server.UseRouting();
        _server.MapGrpcService<TestPeer>();
        await _server.StartAsync();

        // The certificate names localhost, 127.0.0.1 and ::1.
        var addresses = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => $"localhost:{new Uri(address).Port}").ToArray();
        var configuration = _parties.PemOf(_parties.Client);
        configuration["address"] = addresses[0];
        configuration["withoutCertificate"] = addresses[1];
        return await NodePeer.StartAsync("client.mjs", configuration);
    }

    private void Secure(ListenOptions listen, ClientCertificateMode mode)
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.UseHttps(https =>
        {
            https.ServerCertificate = _parties.Server;
            https.SslProtocols = SslProtocols.Tls13;
            https.ClientCertificateMode = mode;
            https.ClientCertificateValidation = (presented, chain, _) => CertificateIdentity.TryRead(presented, out var id) && id == Parties.ClientId
                && CertificateChain.IsSound(presented, chain?.ChainPolicy.ExtraStore, _parties.Anchor, CertificateChain.ClientAuthentication, TimeProvider.System.GetUtcNow());
        });
    }
}
