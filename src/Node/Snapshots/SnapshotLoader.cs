using Exchange.Documents;
using Exchange.Node.Identity;
using Exchange.Policy.Loading;

namespace Exchange.Node.Snapshots;

/// <summary>Reads registry, datasets and policy together, and reports the mistakes of all of them.</summary>
public static class SnapshotLoader
{
    /// <summary>The snapshot; null when there are mistakes, which then stand among the diagnostics.</summary>
    public static NodeSnapshot? Load(NodeConfiguration configuration, int generation, ICollection<Diagnostic> diagnostics)
    {
        var registry = MemberRegistryLoader.Load(configuration.Members, diagnostics);
        var datasets = DatasetLoader.Load(configuration.Datasets, diagnostics);

        // Without registry or datasets the policy is still checked for all else: an operator hears of every file's mistakes at once.
        var policy = PolicyLoader.Load(configuration.Policy, datasets, registry?.Roles, diagnostics);
        return policy is null ? null : new NodeSnapshot(generation, registry!.WithGeneration(generation), datasets!, policy);
    }
}
