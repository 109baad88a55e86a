using System.Text.Json;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Servers;

/// <summary>
/// The server's side of its control channel, which is its standard input and output:
/// <code>
///   in:  the client's certificate, base64      out: a greeting, JSON
///   in:  "usage"                               out: usage, JSON          any number of times
///   in:  end of input                          the process ends, and so it does when the program that started it dies
/// </code>
/// Asking for usage makes no call, so what is counted is the calls' alone.
/// </summary>
internal static class ServerControl
{
    public const string UsageCommand = "usage";

    public static async Task RunAsync(ServerKind kind, TextReader input, TextWriter output)
    {
        var client = Convert.FromBase64String(await input.ReadLineAsync() ?? string.Empty);
        using var own = SelfSigned.Create("bench server");
        var (app, port) = await ServerHost.StartAsync(kind, own, client);
        await using (app)
        {
            await WriteAsync(output, new ServerGreeting(port, own.RawData));
            await AnswerAsync(input, output);
            await app.StopAsync();
        }
    }

    /// <summary>Answers questions about usage until the input ends.</summary>
    public static Task AnswerAsync(TextReader input, TextWriter output) => AnswerAsync(input, output, Usage.OfThisProcess);

    /// <summary>The same, where usage is more than any process has.</summary>
    public static async Task AnswerAsync(TextReader input, TextWriter output, Func<Usage> usage)
    {
        while (await input.ReadLineAsync() is UsageCommand)
        {
            await WriteAsync(output, usage());
        }
    }

    public static async Task WriteAsync<T>(TextWriter output, T line)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(line));
        await output.FlushAsync();
    }
}
