using System.Text.Json;

namespace Exchange.Cli.Tests;

/// <summary>One command line, run within the test, and what it wrote.</summary>
internal sealed record CommandRun(int Exit, string Data, string Prose)
{
    public static async Task<CommandRun> OfAsync(params string[] arguments)
    {
        using var data = new StringWriter();
        using var prose = new StringWriter();
        var exit = await ExchangeCommandLine.RunAsync(arguments, data, prose);
        return new CommandRun(exit, data.ToString(), prose.ToString());
    }

    public JsonElement Json => JsonDocument.Parse(Data).RootElement;
}
