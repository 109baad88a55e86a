using System.CommandLine;
using Exchange.Node;

namespace Exchange.Cli.Nodes;

/// <summary><c>exchange node run</c>.</summary>
internal sealed class NodeRun : Verb
{
    private readonly Option<string> _config = ConfigurationOption.Create();

    private readonly Option<bool> _untilInputEnds = new("--until-input-ends")
    {
        Description = "Stop when standard input ends: for a program that starts a node and must not leave it behind, however it ends itself.",
    };

    internal NodeRun()
        : base(
            "run",
            "Runs a node until it is told to stop. When it is ready it writes one line of JSON with its addresses; its log goes to stderr.",
            "exchange node run --config certs-dev/node.yaml")
    {
        Add(_config);
        Add(_untilInputEnds);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        // Lives as long as the process: the input may end when the node has stopped already.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (arguments.GetValue(_untilInputEnds))
        {
            _ = Console.OpenStandardInput().CopyToAsync(Stream.Null, CancellationToken.None).ContinueWith(_ => stop.Cancel(), TaskScheduler.Default);
        }

        return (ExitCode)await NodeHost.RunAsync(arguments.GetValue(_config)!, output.Data, output.Prose, stop.Token);
    }
}
