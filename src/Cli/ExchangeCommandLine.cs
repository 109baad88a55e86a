using System.CommandLine;
using System.CommandLine.Help;
using Exchange.Cli.Certs;

namespace Exchange.Cli;

/// <summary>The program <c>exchange</c>: its commands, and how a line of them is run.</summary>
public static class ExchangeCommandLine
{
    /// <summary>Runs one command; data goes to <paramref name="data"/>, everything else to <paramref name="prose"/>.</summary>
    /// <returns>The exit code, as in <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter data, TextWriter prose, CancellationToken cancellation = default)
    {
        var parsed = Build().Parse(arguments);
        var invocation = new InvocationConfiguration
        {
            Output = data,
            Error = prose,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
        };
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(invocation, cancellation);
        }

        foreach (var error in parsed.Errors)
        {
            await prose.WriteLineAsync(error.Message);
        }

        await prose.WriteLineAsync($"Try '{string.Join(' ', CommandPath(parsed))} --help'.");
        return (int)ExitCode.Misused;
    }

    /// <summary>All commands, as they are parsed.</summary>
    internal static RootCommand Build()
    {
        var root = new RootCommand("Secure, provable data exchange between marketplaces and the state.")
        {
            new Noun("certs", "Keys and certificates for development.", new CertsInit(), new CertsIssue()),
        };
        root.Add(Output.JsonOption);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new TeachingHelp((HelpAction)help.Action!);
        }

        return root;
    }

    private static IEnumerable<string> CommandPath(ParseResult parsed)
    {
        var path = new Stack<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            path.Push(result.Command is RootCommand ? "exchange" : result.Command.Name);
        }

        return path;
    }
}
