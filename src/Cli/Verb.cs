using System.CommandLine;
using Exchange.Client;

namespace Exchange.Cli;

/// <summary>
/// A command that does something. It teaches by an example in its help, and a fault that the user can mend ends as a sentence
/// and an exit code; any other fault is a defect and is shown as one.
/// </summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description, params IReadOnlyList<string> examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction(InvokeAsync);
    }

    /// <summary>Whole command lines that work.</summary>
    internal IReadOnlyList<string> Examples { get; }

    protected abstract Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation);

    private async Task<int> InvokeAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var output = new Output(arguments);
        try
        {
            return (int)await RunAsync(arguments, output, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            output.Say("Stopped.");
            return (int)ExitCode.Refused;
        }
        catch (ConfigurationException fault)
        {
            output.Fail(fault.Diagnostics);
            return (int)ExitCode.Misused;
        }
        catch (ExchangeConfigurationException fault)
        {
            output.Fail(fault.Diagnostics);
            return (int)ExitCode.Misused;
        }
        catch (Exception fault) when (Faults.Describe(fault) is { } described)
        {
            output.Fail(described);
            return (int)described.ExitCode;
        }
    }
}
