using System.Net;
using Exchange.Hostile.Tests.Protos;
using Exchange.Node;
using Exchange.Node.Admission;
using Exchange.Node.Connections;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exchange.Hostile.Tests.Targets;

/// <summary>The runtime on Kestrel under the node's own limits, without TLS so that what is fired costs little. An error in its log fails the test.</summary>
internal sealed class TargetServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _connections;

    private TargetServer(WebApplication app, TargetService service, WarningLog log)
    {
        _app = app;
        Service = service;
        Log = log;
    }

    public TargetService Service { get; }

    public WarningLog Log { get; }

    /// <summary>Where the server listens.</summary>
    public IPEndPoint EndPoint { get; private set; } = null!;

    /// <summary>Connections that are open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public static async Task<TargetServer> StartAsync(NodeLimits? limits = null)
    {
        var (log, service) = (new WarningLog(), new TargetService());
        TargetServer? server = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Warning);
        TransportLimits.KeepQuiet(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            TransportLimits.Apply(kestrel.Limits, limits ?? new NodeLimits());
            kestrel.Listen(IPAddress.Loopback, 0, listener =>
            {
                listener.Protocols = HttpProtocols.Http2;
                listener.Use(next => connection => server!.CountAsync(next, connection));
            });
        });
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = TransportLimits.MaximumRequestBytes;
            options.ResponseCompressionAlgorithm = "gzip";
        });
        builder.Services.AddSingleton(service);
        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<TargetService>();
        server = new TargetServer(app, service, log);
        await app.StartAsync();
        server.EndPoint = IPEndPoint.Parse(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority);
        return server;
    }

    /// <summary>An honest client of it.</summary>
    public GrpcChannel OpenChannel() => GrpcChannel.ForAddress($"http://{EndPoint}");

    /// <summary>Waits until no connection is open and no handler is at work: whatever was fired, nothing of it stays.</summary>
    public Task IsQuietAsync() => Eventually.HoldsAsync(() => Connections == 0 && Service.Running == 0, () => $"{Connections} connections, {Service.Running} handlers are left");

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Log.Errors.ShouldBeEmpty();
    }

    private async Task CountAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        Interlocked.Increment(ref _connections);
        try
        {
            await ConnectionEnd.ServeAsync(next, connection, TimeSpan.FromSeconds(1), TimeProvider.System);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }
}
