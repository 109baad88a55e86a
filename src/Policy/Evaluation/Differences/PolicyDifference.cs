using System.Collections.Immutable;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Evaluation.Differences;

/// <summary>What a newer policy widens and what it narrows, and for whom. Each snapshot speaks of the datasets that it was loaded with.</summary>
/// <param name="Previous">The older policy's digest.</param>
/// <param name="Next">The newer policy's digest.</param>
/// <param name="Rules">What changed, by consumer, provider, dataset and purpose; a rule that only stands elsewhere or bears another name has not changed.</param>
/// <param name="Mandates">Which consent managers came and went.</param>
/// <param name="Purposes">Which purposes came, went, or read otherwise.</param>
public sealed record PolicyDifference(
    Digest Previous,
    Digest Next,
    ImmutableArray<RuleDifference> Rules,
    ImmutableArray<MandateDifference> Mandates,
    ImmutableArray<PurposeDifference> Purposes)
{
    /// <summary>Which datasets came, went, or have other descriptors. What that does to a rule stands among <see cref="Rules"/>.</summary>
    public ImmutableArray<DatasetDifference> Datasets { get; init; } = [];

    /// <summary>For how many tuples something widened.</summary>
    public int RulesWidened { get; } = Rules.Count(rule => rule.Direction.HasFlag(ChangeDirection.Widens));

    /// <summary>For how many tuples something narrowed; one of which some things widened and others narrowed counts in both.</summary>
    public int RulesNarrowed { get; } = Rules.Count(rule => rule.Direction.HasFlag(ChangeDirection.Narrows));

    /// <summary>Where all changes together lead.</summary>
    public ChangeDirection Direction { get; } = Rules.Select(rule => rule.Direction).Concat(Mandates.Select(mandate => mandate.Direction))
        .Aggregate(ChangeDirection.None, (all, direction) => all | direction);

    /// <summary>Compares.</summary>
    public static PolicyDifference Between(PolicySnapshot previous, PolicySnapshot next) =>
        new(previous.Digest, next.Digest, [.. OfRules(previous, next)], [.. OfMandates(previous, next)], [.. OfPurposes(previous, next)]);

    /// <summary>Compares two policies, each with the datasets that it was loaded with.</summary>
    public static PolicyDifference Between(PolicySnapshot previous, DatasetCatalogue previousDatasets, PolicySnapshot next, DatasetCatalogue nextDatasets) =>
        Between(previous, next) with { Datasets = [.. OfDatasets(previousDatasets, nextDatasets)] };

    private static IEnumerable<RuleDifference> OfRules(PolicySnapshot previous, PolicySnapshot next) =>
        previous.Rules.Concat(next.Rules).Select(rule => rule.Key).Distinct()
            .Select(key => OfRule(key, previous.TryFindRule(key, out var before) ? before : null, next.TryFindRule(key, out var after) ? after : null))
            .Where(difference => !difference.Changes.IsEmpty)
            .OrderBy(difference => difference.Key.Consumer.Value, StringComparer.Ordinal)
            .ThenBy(difference => difference.Key.Provider.Value, StringComparer.Ordinal)
            .ThenBy(difference => difference.Key.Dataset.Value, StringComparer.Ordinal)
            .ThenBy(difference => difference.Key.Purpose.Value, StringComparer.Ordinal);

    private static RuleDifference OfRule(RuleKey key, Rule? before, Rule? after)
    {
        IEnumerable<PolicyChange> head = (before, after) switch
        {
            (null, { } added) => [new(ChangeDirection.Widens, PolicyChangeKind.Rule, added.Id, null, Ground(added))],
            ({ } removed, null) => [new(ChangeDirection.Narrows, PolicyChangeKind.Rule, removed.Id, Ground(removed), null)],
            _ => TermDifferences.OfBasis(before!, after!),
        };

        // The obligations of a rule that came or went limit nothing that was there on the other side.
        var tail = before is null || after is null ? [] : TermDifferences.OfObligations(before.Obligations, after.Obligations);
        return new(
            key, before?.Id, after?.Id, [.. head, .. FieldDifferences.Between(before, after), .. TermDifferences.OfAssertions(before, after), .. tail]);
    }

    private static IEnumerable<MandateDifference> OfMandates(PolicySnapshot previous, PolicySnapshot next) =>
        previous.Mandates.Except(next.Mandates).Select(mandate => new MandateDifference(mandate, ChangeDirection.Narrows))
            .Concat(next.Mandates.Except(previous.Mandates).Select(mandate => new MandateDifference(mandate, ChangeDirection.Widens)));

    private static IEnumerable<PurposeDifference> OfPurposes(PolicySnapshot previous, PolicySnapshot next)
    {
        var before = previous.Purposes.ToDictionary(purpose => purpose.Id, purpose => purpose.Title);
        var after = next.Purposes.ToDictionary(purpose => purpose.Id, purpose => purpose.Title);
        return before.Keys.Union(after.Keys).OrderBy(id => id.Value, StringComparer.Ordinal)
            .Select(id => new PurposeDifference(id.Value, before.GetValueOrDefault(id), after.GetValueOrDefault(id)))
            .Where(purpose => purpose.Before != purpose.After);
    }

    private static IEnumerable<DatasetDifference> OfDatasets(DatasetCatalogue previous, DatasetCatalogue next)
    {
        var before = previous.Datasets.ToDictionary(dataset => dataset.Id, dataset => dataset.DescriptorDigest);
        var after = next.Datasets.ToDictionary(dataset => dataset.Id, dataset => dataset.DescriptorDigest);
        return before.Keys.Union(after.Keys).OrderBy(id => id.Value, StringComparer.Ordinal)
            .Select(id => new DatasetDifference(id, before.TryGetValue(id, out var was) ? was : null, after.TryGetValue(id, out var now) ? now : null))
            .Where(dataset => dataset.Before != dataset.After);
    }

    private static string Ground(Rule rule) => rule.Reference is null ? $"{rule.Basis}" : $"{rule.Basis} ({rule.Reference})";
}
