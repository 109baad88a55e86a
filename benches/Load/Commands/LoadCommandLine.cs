using System.CommandLine;
using System.CommandLine.Help;

namespace Exchange.Benches.Load.Commands;

/// <summary>What the program can be asked.</summary>
internal static class LoadCommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Measures throughput, latency, CPU and allocations of arms that do the same, in one run, taking turns.\n"
            + "The table goes to standard output, what happens meanwhile to standard error. Every run ends by itself.")
        {
            new TransfersCommand(),
            new ScaleCommand(),
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
