using System.Collections.Immutable;
using Exchange.Policy.Evaluation.Differences;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity.Differences;

/// <summary>What a newer registry says otherwise, and of whom.</summary>
/// <param name="Previous">The older registry's digest.</param>
/// <param name="Next">The newer registry's digest.</param>
/// <param name="Members">Of whom something changed, in the order of their ids; nobody where only the files read otherwise.</param>
public sealed record RegistryDifference(Digest Previous, Digest Next, ImmutableArray<MemberDifference> Members)
{
    /// <summary>Where all changes together lead.</summary>
    public ChangeDirection Direction { get; } = Members.Aggregate(ChangeDirection.None, (all, member) => all | member.Direction);

    /// <summary>Compares.</summary>
    public static RegistryDifference Between(MemberRegistry previous, MemberRegistry next) =>
        new(previous.Digest, next.Digest, [.. previous.Members.Concat(next.Members).Select(member => member.Id).Distinct()
            .OrderBy(id => id.Value, StringComparer.Ordinal)
            .Select(id => MemberDifference.Between(previous.TryFind(id, out var before) ? before : null, next.TryFind(id, out var after) ? after : null))
            .Where(difference => !difference.Changes.IsEmpty)]);
}
