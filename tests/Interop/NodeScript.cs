using System.Diagnostics;
using System.Text.Json;
using Exchange.Tests;

namespace Exchange.Interop.Tests;

/// <summary>Runs a script of tests/Interop/node, which knows docs/formats.md and none of our code.</summary>
internal static class NodeScript
{
    internal static string Folder { get; } = Path.Combine(Prerequisites.Repository, "tests", "Interop", "node");

    internal static string Protos { get; } = Path.Combine(Prerequisites.Repository, "protos");

    /// <summary>What it printed on standard output, one JSON object, and the code that it ended with.</summary>
    internal static async Task<(int ExitCode, JsonElement Output)> RunAsync(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(Folder, script), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var text = await output;
        text.ShouldNotBeEmpty(await errors);
        using var document = JsonDocument.Parse(text);
        return (process.ExitCode, document.RootElement.Clone());
    }
}
