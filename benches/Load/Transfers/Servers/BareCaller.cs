using System.Globalization;
using System.Text.Json;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Servers;
using Exchange.Benches.Load.Transfers.Clients;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>
/// A process that asks the provider with HttpClient alone, as a node without anything else would: the connections are the node's, the question
/// and the answer too. On its control channel:
/// <code>
///   in:  "call BYTES IN-FLIGHT COUNT"    out: what that used, JSON    any number of times
/// </code>
/// </summary>
internal sealed class BareCaller(ServerProcess process) : IAsyncDisposable
{
    private const string Command = "call";

    public static async Task<BareCaller> StartAsync(ServerOrder order) => new(await ServerProcess.StartAsync(ServerKind.Caller, JsonSerializer.Serialize(order)));

    /// <summary>Makes so many calls, of which so many are in flight at a time, and returns what they used together.</summary>
    public async Task<Usage> CallAsync(int answerBytes, int inFlight, int count) =>
        JsonSerializer.Deserialize<Usage>(await process.AskLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Command} {answerBytes} {inFlight} {count}")))!;

    public ValueTask DisposeAsync() => process.DisposeAsync();

    /// <summary>The process itself.</summary>
    internal static async Task RunAsync(HttpMessageHandler connections, Uri provider, TextReader input, TextWriter output)
    {
        using var client = new HttpClient(connections) { Timeout = Timeout.InfiniteTimeSpan };
        var fetch = new BareFetch(client, provider);
        await ServerControl.WriteAsync(output, new ServerGreeting(0, []));
        while (await input.ReadLineAsync() is { } line)
        {
            int[] figures = [.. line.Split(' ')[1..].Select(figure => int.Parse(figure, CultureInfo.InvariantCulture))];
            var before = Usage.OfThisProcess();
            var left = figures[2];
            await Task.WhenAll(Enumerable.Range(0, figures[1]).Select(worker => WorkAsync(fetch, figures[0], worker, () => Interlocked.Decrement(ref left) >= 0)));
            await ServerControl.WriteAsync(output, Usage.OfThisProcess().Since(before));
        }
    }

    private static async Task WorkAsync(BareFetch fetch, int answerBytes, int worker, Func<bool> more)
    {
        await Task.Yield();
        var question = Questions.OfProvider(answerBytes, worker);
        while (more())
        {
            await fetch.CallAsync(question, answerBytes);
        }
    }
}
