using System.Collections.Immutable;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Evaluation.Differences;

/// <summary>What changed for one consumer, provider, dataset and purpose.</summary>
/// <param name="Key">For whom, of whom, what, what for.</param>
/// <param name="Before">The rule's name before; null: there was none.</param>
/// <param name="After">The rule's name now; null: there is none.</param>
/// <param name="Changes">What changed, rule and basis first, then fields in the record's order, assertions, obligations.</param>
public sealed record RuleDifference(RuleKey Key, string? Before, string? After, ImmutableArray<PolicyChange> Changes)
{
    /// <summary>Where all changes together lead.</summary>
    public ChangeDirection Direction { get; } = Changes.Aggregate(ChangeDirection.None, (all, change) => all | change.Direction);
}

/// <summary>A consent manager that may speak for subjects now and could not before, or the reverse.</summary>
/// <param name="Mandate">Who, and for whom.</param>
/// <param name="Direction">A new mandate widens, since consent may be given by it.</param>
public sealed record MandateDifference(ConsentMandate Mandate, ChangeDirection Direction);

/// <summary>A dataset that was installed, is no longer, or has other descriptors. It releases nothing: rules do.</summary>
/// <param name="Dataset">Its id.</param>
/// <param name="Before">The digest of its descriptor set before; null: it was not installed.</param>
/// <param name="After">The digest now; null: it is not installed.</param>
public sealed record DatasetDifference(DatasetId Dataset, Digest? Before, Digest? After);

/// <summary>A purpose that was declared, is no longer, or reads otherwise. It releases nothing: rules do.</summary>
/// <param name="Purpose">Its name.</param>
/// <param name="Before">Its title before; null: it was not declared.</param>
/// <param name="After">Its title now; null: it is not declared.</param>
public sealed record PurposeDifference(string Purpose, string? Before, string? After);
