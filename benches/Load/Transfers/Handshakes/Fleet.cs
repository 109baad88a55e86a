using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Servers;
using Exchange.Benches.Load.Transfers.Clients;
using Exchange.Benches.Load.Transfers.Worlds;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Identity;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>
/// Many clients of a node, in a process of their own, so that their work does not delay those who are timed meanwhile. Each has a connection of
/// its own. On its control channel:
/// <code>
///   in:  "connect"    out: what became of them, JSON    any number of times; each time all connect anew
/// </code>
/// </summary>
internal sealed class Fleet(ServerProcess process) : IAsyncDisposable
{
    private const string Command = "connect";

    private const int MostPauseMilliseconds = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<Fleet> StartAsync(FleetOrder order) => new(await ServerProcess.StartAsync(ServerKind.Fleet, JsonSerializer.Serialize(order)));

    /// <summary>All connect at once, and make one governed call each.</summary>
    public async Task<FleetOutcome> ConnectAsync() => JsonSerializer.Deserialize<FleetOutcome>(await process.AskLineAsync(Command, 3 * Patience))!;

    public ValueTask DisposeAsync() => process.DisposeAsync();

    /// <summary>The process itself.</summary>
    internal static async Task RunAsync(TextReader input, TextWriter output)
    {
        var order = JsonSerializer.Deserialize<FleetOrder>(await input.ReadLineAsync() ?? "null") ?? throw new InvalidDataException("No order came.");
        var options = ExchangeClientOptions.Load(order.Client);
        await ServerControl.WriteAsync(output, new ServerGreeting(0, []));
        while (await input.ReadLineAsync() is Command)
        {
            await ServerControl.WriteAsync(output, await ConnectAsync(options, order.Clients));
        }
    }

    private static async Task<FleetOutcome> ConnectAsync(ExchangeClientOptions options, int clients)
    {
        GrpcChannel[] channels = [.. Enumerable.Range(0, clients).Select(_ => Channel(options))];
        try
        {
            var (times, faults) = (new LatencyHistogram(), new ConcurrentQueue<string>());
            var start = Stopwatch.GetTimestamp();
            var served = await Task.WhenAll(channels.Select((channel, number) => AskAsync(channel, number, times, faults)));
            var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return new FleetOutcome(served.Count(one => one), took, times.Microseconds(0.5) / 1000, times.Microseconds(1) / 1000, faults.Count, faults.TryPeek(out var fault) ? fault : null);
        }
        finally
        {
            Array.ForEach(channels, channel => channel.Dispose());
        }
    }

    /// <summary>Until it is served, or out of patience: a client whose connection failed comes again a little later, as clients do.</summary>
    private static async Task<bool> AskAsync(GrpcChannel channel, int number, LatencyHistogram times, ConcurrentQueue<string> faults)
    {
        await Task.Yield();
        var start = Stopwatch.GetTimestamp();
        bool served;
        while (!(served = await TryAskAsync(channel, number, faults)) && Stopwatch.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(Random.Shared.Next(MostPauseMilliseconds));
        }

        lock (times)
        {
            times.Add(Stopwatch.GetTimestamp() - start);
        }

        return served;
    }

    private static async Task<bool> TryAskAsync(GrpcChannel channel, int number, ConcurrentQueue<string> faults)
    {
        try
        {
            var options = new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
            using var call = channel.CreateCallInvoker().AsyncUnaryCall(RawFetch.Governed, null, options, Questions.OfNode(BenchOrders.UsualAnswer, number));
            using var answer = await call;
            return true;
        }
        catch (RpcException exception)
        {
            faults.Enqueue(exception.Status.Detail);
            return false;
        }
    }

    private static GrpcChannel Channel(ExchangeClientOptions options) => GrpcChannel.ForAddress(options.Node, new GrpcChannelOptions
    {
        HttpHandler = MemberTls.Handler(options.Certificate, DemoMembers.Node, options.Anchor, TimeProvider.System, Patience),
        DisposeHttpClient = true,
    });
}
