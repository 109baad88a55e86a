using Exchange.Documents;
using Exchange.Node.Identity;
using Exchange.Policy.Loading;

namespace Exchange.Node.Snapshots;

/// <summary>Reads registry, datasets and policy together, and reports the mistakes of all of them.</summary>
public static class SnapshotLoader
{
    /// <summary>The first snapshot of a process; null when there are mistakes, which then stand among the diagnostics.</summary>
    public static NodeSnapshot? Load(NodeConfiguration configuration, ICollection<Diagnostic> diagnostics) =>
        Load(configuration, previous: null, new SourceFiles(), diagnostics);

    /// <summary>The snapshot that follows another; what did not change is the same object as before, so that nobody need look at it again.</summary>
    internal static NodeSnapshot? Load(NodeConfiguration configuration, NodeSnapshot? previous, SourceFiles sources, ICollection<Diagnostic> diagnostics)
    {
        var registry = MemberRegistryLoader.Load(configuration.Members, diagnostics, sources);
        var datasets = DatasetLoader.Load(configuration.Datasets, diagnostics, sources, previous?.Datasets);

        // Without registry or datasets the policy is still checked for all else: an operator hears of every file's mistakes at once.
        var policy = PolicyLoader.Load(configuration.Policy, datasets, registry?.Roles, diagnostics, sources);
        if (policy is null)
        {
            return null;
        }

        var generation = (previous?.Generation ?? 0) + 1;
        return new NodeSnapshot(generation, registry!.After(previous?.Registry, generation), datasets!, policy, sources);
    }
}
