using System.CommandLine;
using Exchange.Node;

namespace Exchange.Cli.Nodes;

/// <summary><c>exchange node run</c>.</summary>
internal sealed class NodeRun : Verb
{
    private readonly Option<string> _config = ConfigurationOption.Create();

    internal NodeRun()
        : base(
            "run",
            "Runs a node until it is told to stop. When it is ready it writes one line of JSON with its addresses; its log goes to stderr.",
            "exchange node run --config certs-dev/node.yaml")
    {
        Add(_config);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation) =>
        (ExitCode)await NodeHost.RunAsync(arguments.GetValue(_config)!, output.Data, output.Prose, cancellation);
}
