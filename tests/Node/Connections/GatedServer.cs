using System.Net;
using Exchange.Node.Connections;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Connections;

/// <summary>
/// A Kestrel with the node's own handling of connections and without its TLS, by a clock that the test moves. Its calls wait at a gate: a
/// unary one that comes back when it opens, and a stream that has sent one message and then sends another.
/// </summary>
internal sealed class GatedServer : IAsyncDisposable
{
    public static readonly TimeSpan Age = TimeSpan.FromHours(1);
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly WebApplication _application;
    private readonly OpenConnections _connections;
    private readonly Gate _gate;

    private GatedServer(WebApplication application, OpenConnections connections)
    {
        _application = application;
        _connections = connections;
        _gate = application.Services.GetRequiredService<Gate>();
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public FakeClock Clock { get; private init; } = null!;

    public Uri Address { get; }

    /// <summary>Handlers that have begun.</summary>
    public int Begun => _gate.Begun;

    public static async Task<GatedServer> StartAsync(Action<KestrelServerOptions>? configure = null)
    {
        var clock = new FakeClock();
        var connections = new OpenConnections(Age, Grace, clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint => connections.Through(SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint)));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            configure?.Invoke(kestrel);
            kestrel.Listen(IPAddress.Loopback, 0, listener =>
            {
                listener.Protocols = HttpProtocols.Http2;
                listener.Use(next => connection => connections.ServeAsync(connection, next));
            });
        });
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Gate>();
        var application = builder.Build();
        application.RefuseCallsOnEndingConnections();
        application.UseRouting();
        application.MapGrpcService<Gate>();
        await application.StartAsync();
        return new GatedServer(application, connections) { Clock = clock };
    }

    /// <summary>Returns when this many handlers have begun.</summary>
    public Task UntilBegunAsync(int count = 1) => _gate.UntilBegunAsync(count);

    public void Open() => _gate.Open();

    /// <summary>As the node stops: first its connections, then the server.</summary>
    public async Task StopAsync()
    {
        await _connections.EndAllAsync();
        await _application.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Open();
        await _application.DisposeAsync();
        _connections.Dispose();
    }

    private sealed class Gate : Health.HealthBase
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _begun = new(0);
        private int _count;

        public int Begun => Volatile.Read(ref _count);

        public void Open() => _open.TrySetResult();

        public async Task UntilBegunAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                (await _begun.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue("no handler has begun");
            }
        }

        public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
        {
            await BeginAsync(context);
            return new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving };
        }

        public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving });
            await BeginAsync(context);
            await responseStream.WriteAsync(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.NotServing });
        }

        private Task BeginAsync(ServerCallContext context)
        {
            Interlocked.Increment(ref _count);
            _begun.Release();
            return _open.Task.WaitAsync(context.CancellationToken);
        }
    }
}
