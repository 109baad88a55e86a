using System.CommandLine;
using System.CommandLine.Help;
using Exchange.Cli.Audit;
using Exchange.Cli.Certs;
using Exchange.Cli.Consents;
using Exchange.Cli.Datasets;
using Exchange.Cli.Demo;
using Exchange.Cli.Envelopes;
using Exchange.Cli.Nodes;
using Exchange.Cli.Policies;
using Exchange.Cli.Transfers;

namespace Exchange.Cli;

/// <summary>The program <c>exchange</c>: its commands, and how a line of them is run.</summary>
public static class ExchangeCommandLine
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>Runs one command; data goes to <paramref name="data"/>, everything else to <paramref name="prose"/>.</summary>
    /// <returns>The exit code, as in <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter data, TextWriter prose, CancellationToken cancellation = default)
    {
        var parsed = Build().Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(Invocation(parsed, data, prose), cancellation);
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
            new DemoCommand(),
            new Noun("node", "A node.", new NodeRun(), new NodeCheck()),
            new Noun("certs", "Keys and certificates for development.", new CertsInit(), new CertsIssue(), new CertsKeys()),
            new Noun("policy", "Who may have what, for what.", new PolicyCheck(), new PolicyExplain(), new PolicyDiff(), new PolicyTest()),
            new Noun("datasets", "Kinds of records.", new DatasetsList()),
            new Fetch(),
            new Noun("consent", "What citizens permit.", new ConsentGive(), new ConsentWithdraw()),
            new Noun("audit", "The log of every crossing.", new AuditVerify(), new AuditExport(), new AuditDownload(), new AuditQuery(), new AuditProof(), new AuditCheckpoint(), new AuditTail()),
            new Noun("envelope", "What crossed, sealed.", new EnvelopeOpen()),
        };
        root.Add(Output.JsonOption);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new TeachingHelp((HelpAction)help.Action!);
        }

        return root;
    }

    /// <summary>How a command is run, and how long it may take to end once a signal asks it to.</summary>
    internal static InvocationConfiguration Invocation(ParseResult parsed, TextWriter data, TextWriter prose) => new()
    {
        Output = data,
        Error = prose,
        EnableDefaultExceptionHandler = false,

        // A node hears signals itself and bounds its stop by its own settings: cut before, it would break calls and leave no stop entry.
        ProcessTerminationTimeout = parsed.CommandResult.Command is NodeRun ? null : StopLimit,
    };

    private static Stack<string> CommandPath(ParseResult parsed)
    {
        var path = new Stack<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            path.Push(result.Command is RootCommand ? "exchange" : result.Command.Name);
        }

        return path;
    }
}
