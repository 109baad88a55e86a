using System.Security.Cryptography.X509Certificates;
using Exchange.Benches.Load.Clients;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Servers;
using Xunit.Abstractions;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // What another test allocates would be counted too.

namespace Exchange.Benches.Tests;

/// <summary>
/// What the gRPC runtime allocates for a unary call beyond what bare Kestrel and a bare SocketsHttpHandler allocate for the same call, both
/// measured here and now. Bytes are counted, not time: one call after another, batch by batch in turn, and the median of what a batch costs more than the bare
/// one beside it.
/// </summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int MostBytes = 600;
    private const int WarmUp = 2_000;
    private const int Batches = 7;
    private const int BatchSize = 300;
    private const int PayloadBytes = 1024;

    [Fact]
    public async Task A_unary_call_allocates_at_most_600_bytes_more_on_the_server_than_bare_Kestrel_does()
    {
        await using var pair = await Pair.StartAsync();
        using var bare = pair.Connect(ServerKind.Bare, Pair.BareClient);
        using var runtime = pair.Connect(ServerKind.Runtime, Pair.BareClient);

        var extra = await ExtraAsync(bare, runtime);
        output.WriteLine($"server: {extra:F0} B a call beyond bare");
        extra.ShouldBeLessThanOrEqualTo(MostBytes);
    }

    [Fact]
    public async Task A_unary_call_allocates_at_most_600_bytes_more_on_the_client_than_a_bare_handler_does()
    {
        await using var pair = await Pair.StartAsync();
        using var bare = pair.Connect(ServerKind.Bare, Pair.BareClient);
        using var runtime = pair.Connect(ServerKind.Bare, Pair.RuntimeClient);

        var extra = await ExtraAsync(bare, runtime);
        output.WriteLine($"client: {extra:F0} B a call beyond bare");
        extra.ShouldBeLessThanOrEqualTo(MostBytes);
    }

    /// <summary>Bytes that both sides together allocate for a call of one client beyond one of the other.</summary>
    private static async Task<double> ExtraAsync(IEchoClient bare, IEchoClient runtime)
    {
        var message = new byte[PayloadBytes];
        foreach (var client in (IEchoClient[])[bare, runtime, bare, runtime])
        {
            await BytesAsync(client, message, WarmUp / 2);
        }

        var extra = new List<double>(Batches);
        while (extra.Count < Batches)
        {
            var floor = await BytesAsync(bare, message, BatchSize);
            extra.Add(await BytesAsync(runtime, message, BatchSize) - floor);
        }

        return Median.Of(extra);
    }

    private static async Task<double> BytesAsync(IEchoClient client, byte[] message, int calls)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var call = 0; call < calls; call++)
        {
            await client.AskAsync(message);
        }

        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / calls;
    }

    /// <summary>Both servers in this process, each with mutual TLS, as the load program has them.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private readonly X509Certificate2 _client = SelfSigned.Create("client");
        private readonly X509Certificate2 _server = SelfSigned.Create("server");
        private readonly Dictionary<ServerKind, (IAsyncDisposable App, int Port)> _servers = [];

        public static Func<Uri, SocketsHttpHandler, IEchoClient> BareClient { get; } = (server, handler) => new BareClient(server, handler);

        public static Func<Uri, SocketsHttpHandler, IEchoClient> RuntimeClient { get; } = (server, handler) => new RuntimeClient(server, handler);

        public static async Task<Pair> StartAsync()
        {
            var pair = new Pair();
            foreach (var kind in (ServerKind[])[ServerKind.Bare, ServerKind.Runtime])
            {
                pair._servers[kind] = await ServerHost.StartAsync(kind, pair._server, pair._client.RawData);
            }

            return pair;
        }

        public IEchoClient Connect(ServerKind kind, Func<Uri, SocketsHttpHandler, IEchoClient> connect) =>
            connect(new Uri($"https://127.0.0.1:{_servers[kind].Port}"), Transport.Create(_client, _server.RawData));

        public async ValueTask DisposeAsync()
        {
            foreach (var (app, _) in _servers.Values)
            {
                await app.DisposeAsync();
            }

            _client.Dispose();
            _server.Dispose();
        }
    }
}
