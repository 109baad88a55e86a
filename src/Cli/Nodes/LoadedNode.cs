using Exchange.Documents;
using Exchange.Node;
using Exchange.Node.Snapshots;

namespace Exchange.Cli.Nodes;

/// <summary>Everything that a node reads at its start, loaded and validated as the node does it.</summary>
internal sealed record LoadedNode(NodeConfiguration Configuration, NodeSnapshot Snapshot)
{
    /// <summary>Loads node.yaml and all files that it names.</summary>
    /// <exception cref="ConfigurationException">With every mistake of every file that could be looked at.</exception>
    internal static LoadedNode Load(string path)
    {
        List<Diagnostic> mistakes = [];
        return NodeConfigurationLoader.Load(path, mistakes) is { } configuration
            && SnapshotLoader.Load(configuration, mistakes) is { } snapshot
            ? new LoadedNode(configuration, snapshot)
            : throw new ConfigurationException(mistakes);
    }
}
