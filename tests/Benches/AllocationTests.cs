using System.Security.Cryptography.X509Certificates;
using Exchange.Benches.Load.Clients;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Servers;
using Xunit.Abstractions;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // What another test allocates would be counted too.

namespace Exchange.Benches.Tests;

/// <summary>
/// What the gRPC runtime allocates for a unary call beyond what bare Kestrel and a bare SocketsHttpHandler allocate for the same call, both
/// measured here and now. Bytes are counted, not time: one call after another, medians over batches.
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
        var bare = await pair.BytesAsync(ServerKind.Bare, Pair.BareClient);
        var runtime = await pair.BytesAsync(ServerKind.Runtime, Pair.BareClient);

        output.WriteLine($"server: {runtime:F0} B a call, bare {bare:F0} B, extra {runtime - bare:F0} B");
        (runtime - bare).ShouldBeLessThanOrEqualTo(MostBytes);
    }

    [Fact]
    public async Task A_unary_call_allocates_at_most_600_bytes_more_on_the_client_than_a_bare_handler_does()
    {
        await using var pair = await Pair.StartAsync();
        var bare = await pair.BytesAsync(ServerKind.Bare, Pair.BareClient);
        var runtime = await pair.BytesAsync(ServerKind.Bare, Pair.RuntimeClient);

        output.WriteLine($"client: {runtime:F0} B a call, bare {bare:F0} B, extra {runtime - bare:F0} B");
        (runtime - bare).ShouldBeLessThanOrEqualTo(MostBytes);
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

        /// <summary>Bytes that both sides together allocate for a call: the median over batches.</summary>
        public async Task<double> BytesAsync(ServerKind kind, Func<Uri, SocketsHttpHandler, IEchoClient> connect)
        {
            using var client = connect(new Uri($"https://127.0.0.1:{_servers[kind].Port}"), Transport.Create(_client, _server.RawData));
            var message = new byte[PayloadBytes];
            await CallAsync(client, message, WarmUp);

            var batches = new List<double>(Batches);
            while (batches.Count < Batches)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                await CallAsync(client, message, BatchSize);
                batches.Add((double)(GC.GetTotalAllocatedBytes(precise: true) - before) / BatchSize);
            }

            return Median.Of(batches);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (app, _) in _servers.Values)
            {
                await app.DisposeAsync();
            }

            _client.Dispose();
            _server.Dispose();
        }

        private static async Task CallAsync(IEchoClient client, byte[] message, int calls)
        {
            for (; calls > 0; calls--)
            {
                await client.AskAsync(message);
            }
        }
    }
}
