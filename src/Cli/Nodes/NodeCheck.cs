using System.CommandLine;

namespace Exchange.Cli.Nodes;

/// <summary><c>exchange node check</c>.</summary>
internal sealed class NodeCheck : Verb
{
    private readonly Option<string> _config = ConfigurationOption.Create();

    internal NodeCheck()
        : base(
            "check",
            "Loads everything that a node would load and names every mistake, with file and line; starts nothing.",
            "exchange node check --config certs-dev/node.yaml")
    {
        Add(_config);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var node = LoadedNode.Load(arguments.GetValue(_config)!);
        var members = node.Snapshot.Registry.Members.Count();
        var datasets = node.Snapshot.Datasets.Datasets.Count();
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                node.Configuration.Origin,
                Id = node.Configuration.Id.Value,
                Members = members,
                Datasets = datasets,
                Rules = node.Snapshot.Policy.Rules.Length,
                RegistryDigest = node.Snapshot.Registry.Digest.ToString(),
                PolicyDigest = node.Snapshot.Policy.Digest.ToString(),
            });
        }

        output.Say($"Sound: {node.Configuration.Origin} would start. Members: {members}, datasets: {datasets}, rules: {node.Snapshot.Policy.Rules.Length}.");
        return Task.FromResult(ExitCode.Done);
    }
}
