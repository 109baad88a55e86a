using Exchange.Node.Identity.Differences;
using Exchange.Policy.Evaluation.Differences;

namespace Exchange.Node.Snapshots;

/// <summary>What a snapshot changes of the one before.</summary>
/// <param name="Previous">In force until now.</param>
/// <param name="Next">What follows.</param>
/// <param name="Registry">What the registry says otherwise; null: its files are the same.</param>
/// <param name="Policy">What policy and datasets permit otherwise; null: their files are the same.</param>
internal sealed record SnapshotChange(NodeSnapshot Previous, NodeSnapshot Next, RegistryDifference? Registry, PolicyDifference? Policy)
{
    /// <summary>Whether every file says what it said.</summary>
    internal bool IsEmpty => Registry is null && Policy is null;

    /// <summary>Whether somebody may see or do less. In doubt it narrows, as in doubt it widens.</summary>
    internal bool Narrows => Direction.HasFlag(ChangeDirection.Narrows);

    internal ChangeDirection Direction => (Registry?.Direction ?? ChangeDirection.None) | (Policy?.Direction ?? ChangeDirection.None);

    internal static SnapshotChange Between(NodeSnapshot previous, NodeSnapshot next)
    {
        var policy = PolicyDifference.Between(previous.Policy, previous.Datasets, next.Policy, next.Datasets);
        return new(
            previous,
            next,
            previous.Registry.Digest == next.Registry.Digest ? null : RegistryDifference.Between(previous.Registry, next.Registry),
            policy.Previous == policy.Next && policy.Datasets.IsEmpty ? null : policy);
    }
}
