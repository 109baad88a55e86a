using System.CommandLine;
using System.CommandLine.Help;
using Exchange.Client;
using Grpc.Core;

namespace Exchange.Benches.Load.Commands;

/// <summary>What the program can be asked.</summary>
internal static class LoadCommandLine
{
    /// <summary>How long a run that is interrupted may take to end its processes and remove its folder; then it is cut.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(2);

    /// <summary>Wrong use.</summary>
    public const int Misused = 2;

    private const int Failed = 1;

    /// <summary>As a shell says of a program that Ctrl+C has ended.</summary>
    private const int Interrupted = 130;

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code: 0, done; 1, a run that could not be measured; 2, wrong use; 130, interrupted.</returns>
    public static async Task<int> InvokeAsync(string[] arguments, TextWriter data, TextWriter prose)
    {
        var parsed = Create().Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not TeachingHelp)
        {
            foreach (var message in parsed.Errors.Select(error => error.Message).Distinct())
            {
                await prose.WriteLineAsync(message);
            }

            await prose.WriteLineAsync("Try '--help', alone or behind a command.");
            return Misused;
        }

        // A server of a run ends with its input, and not before the one that started it has done with it.
        var isServer = parsed.CommandResult.Command is ServeCommand;
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = data,
                Error = prose,
                EnableDefaultExceptionHandler = isServer,
                ProcessTerminationTimeout = isServer ? null : StopLimit,
            });
        }
        catch (OperationCanceledException)
        {
            await prose.WriteLineAsync("Interrupted: the servers have ended, and their folder is removed.");
            return Interrupted;
        }
        catch (Exception fault) when (fault is InvalidOperationException or InvalidDataException or IOException or UnauthorizedAccessException or TimeoutException or RpcException or ExchangeRefusedException)
        {
            await prose.WriteLineAsync(fault.Message);
            return Failed;
        }
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
