using Exchange.Documents;
using Exchange.Node.Identity;
using Exchange.Policy.Model;

namespace Exchange.Node.Snapshots;

/// <summary>Registry, datasets and policy, validated together and swapped together.</summary>
/// <param name="Generation">Counts swaps within this process.</param>
/// <param name="Registry">Who the members are.</param>
/// <param name="Datasets">What can be asked for.</param>
/// <param name="Policy">Who may have which field, for what.</param>
/// <param name="Sources">The files from which all of it was understood.</param>
public sealed record NodeSnapshot(int Generation, MemberRegistry Registry, DatasetCatalogue Datasets, PolicySnapshot Policy, SourceFiles Sources);
