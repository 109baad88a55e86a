using System.CommandLine;
using System.CommandLine.Help;

namespace Exchange.Benches.Load.Commands;

/// <summary>What the program can be asked.</summary>
internal static class LoadCommandLine
{
    /// <summary>How long a run that is interrupted may take to end its processes and remove its folder; then it is cut.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(2);

    /// <summary>Runs a command line.</summary>
    public static Task<int> InvokeAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments);

        // A server of a run ends with its input, and not before the one that started it has done with it.
        return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = parsed.CommandResult.Command is ServeCommand ? null : StopLimit });
    }

    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Measures throughput, latency, CPU and allocations of arms that do the same, in one run, taking turns.\n"
            + "The table goes to standard output, what happens meanwhile to standard error. Every run ends by itself.")
        {
            new TransfersCommand(),
            new ScaleCommand(),
            new HandshakesCommand(),
            new GrpcCommand(),
            new ServeCommand(),
        };
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new TeachingHelp((HelpAction)help.Action!);
        }

        return root;
    }
}
