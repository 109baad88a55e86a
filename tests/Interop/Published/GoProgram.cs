using System.Diagnostics;
using System.Text.Json;
using Exchange.Tests;

namespace Exchange.Interop.Tests.Published;

/// <summary>The program of tests/Interop/go, built once a run with what Debian packages.</summary>
internal static class GoProgram
{
    /// <summary>Where Debian keeps Go libraries.</summary>
    internal const string Libraries = "/usr/share/gocode";

    private static readonly Task<string> Built = BuildAsync();

    /// <summary>The code that it ended with and the object that it printed.</summary>
    internal static async Task<(int ExitCode, JsonElement Output)> RunAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(await Built, arguments, []);
        output.ShouldNotBeEmpty(errors);
        return (exitCode, JsonDocument.Parse(output).RootElement.Clone());
    }

    private static async Task<string> BuildAsync()
    {
        var folder = Directory.CreateTempSubdirectory("exchange-stranger-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var program = Path.Combine(folder, "stranger");
        var (exitCode, _, errors) = await RunAsync(
            "go",
            ["build", "-o", program, Path.Combine(Prerequisites.Repository, "tests", "Interop", "go", "main.go")],
            new() { ["GO111MODULE"] = "off", ["GOPATH"] = Libraries, ["GOFLAGS"] = string.Empty, ["GOCACHE"] = Path.Combine(folder, "cache") });
        exitCode.ShouldBe(0, errors);
        return program;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
