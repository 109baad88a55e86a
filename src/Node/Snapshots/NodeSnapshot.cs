using Exchange.Node.Identity;
using Exchange.Policy.Model;

namespace Exchange.Node.Snapshots;

/// <summary>Registry, datasets and policy, validated together and swapped together.</summary>
/// <param name="Generation">Counts swaps within this process.</param>
/// <param name="Registry">Who the members are.</param>
/// <param name="Datasets">What can be asked for.</param>
/// <param name="Policy">Who may have which field, for what.</param>
public sealed record NodeSnapshot(int Generation, MemberRegistry Registry, DatasetCatalogue Datasets, PolicySnapshot Policy);

/// <summary>The snapshot in force.</summary>
public sealed class SnapshotHolder(NodeSnapshot first)
{
    private volatile NodeSnapshot _current = first;

    /// <summary>Read once a transfer; a later swap rejects the transfer at the sequencer (I5).</summary>
    public NodeSnapshot Current => _current;

    /// <summary>Puts a newer snapshot in force.</summary>
    public void Swap(NodeSnapshot next) => _current = next;
}
