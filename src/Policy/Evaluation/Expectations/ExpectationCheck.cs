using System.Collections.Immutable;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Evaluation.Expectations;

/// <summary>Puts an expectation's request to a policy, through the same decision as every transfer, and compares.</summary>
public static class ExpectationCheck
{
    private static readonly FieldAction Drop = new FieldAction.Drop();

    /// <summary>Compares.</summary>
    public static ExpectationOutcome Run(PolicySnapshot policy, PolicyExpectation expectation)
    {
        var key = expectation.Key;
        policy.TryFindRule(key, out var rule);
        var asked = Meaning(expectation.Asks, rule?.Permitted ?? FieldSet.Empty);
        var decision = PolicyDecision.Decide(policy, expectation.Dataset, key.Consumer, key.Provider, key.Purpose, asked, expectation.Strict);
        var release = rule?.Basis == LegalBasis.Consent ? decision.WithConsent(expectation.Consents, expectation.NamedBy.GetValueOrDefault()) : decision.WithoutConsent(expectation.NamedBy);
        var mismatches = ImmutableArray.CreateBuilder<Mismatch>();
        if (expectation.Gets is { } gets)
        {
            CompareFields(expectation.Dataset, gets, release, mismatches);
        }

        if (expectation.Refused is not null || (expectation.Gets is not null && release.Outcome != ErrorCode.None))
        {
            CompareOutcomes(expectation.Refused ?? NameOf(ErrorCode.None), release, policy, key, mismatches);
        }

        if (expectation.Assertions is { } assertions)
        {
            CompareAssertions(assertions, rule, mismatches);
        }

        return new(expectation, mismatches.ToImmutable());
    }

    /// <summary>A leaf is meant as it is, a parent means its permitted leaves, or all of them if none is.</summary>
    private static FieldSet Meaning(ImmutableArray<FieldSet> paths, FieldSet permitted) => paths.Aggregate(
        FieldSet.Empty,
        (asked, path) => asked | (path.Count == 1 || (path & permitted).IsEmpty ? path : path & permitted));

    private static void CompareFields(Dataset dataset, ImmutableArray<FieldAction> expected, in ReleaseDecision release, ImmutableArray<Mismatch>.Builder mismatches)
    {
        foreach (var leaf in dataset.Shape.Leaves)
        {
            var actual = release.Released.Contains(leaf.Number) ? release.Rule!.Plan.Actions[leaf.Number] : Drop;
            if (actual != expected[leaf.Number])
            {
                mismatches.Add(new(leaf.Path, expected[leaf.Number].ToString(), actual.ToString(), Why(release, leaf.Number)));
            }
        }
    }

    private static string Why(in ReleaseDecision release, int leaf)
    {
        if (release.Rule is not { } rule)
        {
            return "no rule";
        }

        foreach (var withheld in release.Withheld)
        {
            if (withheld.Leaf == leaf && withheld.Reason != WithheldReason.NotInPolicy)
            {
                return withheld.Reason == WithheldReason.NotInConsent ? "not in the consent" : "the other side's name for the subject";
            }
        }

        return rule.Rulings[leaf] is not { } ruling ? $"not named in rule '{rule.Id}' at {rule.Position}"
            : release.Released.Contains(leaf) || !ruling.Action.Releases ? $"'{ruling.Path}: {ruling.Action}' at {ruling.Position}"
            : release.Outcome != ErrorCode.None ? $"refused with {NameOf(release.Outcome)}"
            : "not asked for";
    }

    private static void CompareOutcomes(string expected, in ReleaseDecision release, PolicySnapshot policy, RuleKey key, ImmutableArray<Mismatch>.Builder mismatches)
    {
        var actual = NameOf(release.Outcome);
        if (actual != expected)
        {
            var why = release.Rule is { } rule ? $"rule '{rule.Id}' at {rule.Position}"
                : policy.KnowsPurpose(key.Purpose) ? "no rule for this consumer, provider, dataset and purpose"
                : $"the policy declares no purpose '{key.Purpose}'";
            mismatches.Add(new("outcome", expected, actual, why));
        }
    }

    private static void CompareAssertions(ImmutableArray<string> expected, Rule? rule, ImmutableArray<Mismatch>.Builder mismatches)
    {
        var offered = (rule?.Assertions ?? []).Select(assertion => assertion.Id).ToList();
        var why = rule is null ? "no rule" : $"rule '{rule.Id}' at {rule.Position}";
        foreach (var missing in expected.Except(offered))
        {
            mismatches.Add(new($"assertion {missing}", "answered", "unknown", why));
        }

        foreach (var unexpected in offered.Except(expected))
        {
            mismatches.Add(new($"assertion {unexpected}", "unknown", "answered", why));
        }
    }

    private static string NameOf(ErrorCode code) => code == ErrorCode.None ? "granted" : ErrorCatalogue.Of(code).Reason;
}
