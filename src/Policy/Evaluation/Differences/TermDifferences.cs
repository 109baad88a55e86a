using System.Globalization;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Evaluation.Differences;

/// <summary>What changed in a rule beside its fields: basis, assertions, obligations.</summary>
internal static class TermDifferences
{
    internal static IEnumerable<PolicyChange> OfBasis(Rule before, Rule after)
    {
        if (before.Basis != after.Basis)
        {
            // Without consent nobody must agree; with it a subject is found by the consumer's own name for it, too; and between two others one
            // ground is no smaller than the other.
            yield return new(before.Basis == LegalBasis.Consent ? ChangeDirection.Widens : ChangeDirection.Both, PolicyChangeKind.Basis, after.Id, before.Basis.Word(), after.Basis.Word());
        }

        if (before.Reference != after.Reference)
        {
            yield return new(ChangeDirection.None, PolicyChangeKind.Reference, after.Id, before.Reference, after.Reference);
        }
    }

    internal static IEnumerable<PolicyChange> OfAssertions(Rule? before, Rule? after)
    {
        var was = (before?.Assertions ?? []).ToDictionary(assertion => assertion.Id);
        var now = (after?.Assertions ?? []).ToDictionary(assertion => assertion.Id);
        foreach (var id in was.Keys.Union(now.Keys))
        {
            var (old, current) = (was.GetValueOrDefault(id), now.GetValueOrDefault(id));
            if (old?.Digest != current?.Digest)
            {
                // Under the same name something else is asked, and who consented to the one did not to the other.
                var direction = old is null ? ChangeDirection.Widens : current is null ? ChangeDirection.Narrows : ChangeDirection.Both;
                yield return new(direction, PolicyChangeKind.Assertion, id, old?.ToString(), current?.ToString());
            }
        }

        var (budget, budgetNow) = (before?.AssertionBudget, after?.AssertionBudget);
        if (budget is not null && budgetNow is not null && budget != budgetNow)
        {
            yield return new(CompareAllowances(budget, budgetNow), PolicyChangeKind.AssertionBudget, "assertion_budget", budget.ToString(), budgetNow.ToString());
        }
    }

    internal static IEnumerable<PolicyChange> OfObligations(Obligations before, Obligations after)
    {
        PolicyChange?[] changes =
        [
            Change("retention", CompareLimits(before.Retention?.Ticks, after.Retention?.Ticks), TermExplanation.Text(before.Retention), TermExplanation.Text(after.Retention)),
            Change(
                "no_onward_transfer",
                before.NoOnwardTransfer == after.NoOnwardTransfer ? ChangeDirection.None : before.NoOnwardTransfer ? ChangeDirection.Widens : ChangeDirection.Narrows,
                before.NoOnwardTransfer ? "true" : "false",
                after.NoOnwardTransfer ? "true" : "false"),
            Change("maximum_period", CompareLimits(before.MaximumPeriod?.Ticks, after.MaximumPeriod?.Ticks), TermExplanation.Text(before.MaximumPeriod), TermExplanation.Text(after.MaximumPeriod)),
            Change("frequency", CompareAllowances(before.Frequency, after.Frequency), before.Frequency?.ToString(), after.Frequency?.ToString()),
            Change("minimum_contributors", CompareLimits(-before.MinimumContributors, -after.MinimumContributors), Text(before.MinimumContributors), Text(after.MinimumContributors)),
        ];
        return changes.OfType<PolicyChange>();
    }

    private static PolicyChange? Change(string name, ChangeDirection direction, string? before, string? after) =>
        direction == ChangeDirection.None ? null : new(direction, PolicyChangeKind.Obligation, name, before, after);

    /// <summary>Null is no limit, and so the loosest.</summary>
    private static ChangeDirection CompareLimits(long? before, long? after) => ActionOrder.Larger(before ?? long.MaxValue, after ?? long.MaxValue);

    /// <summary>Fewer in the same time is less. Another time is both: the count begins anew with it.</summary>
    private static ChangeDirection CompareAllowances(Allowance? before, Allowance? after)
    {
        if (before is null || after is null)
        {
            return before == after ? ChangeDirection.None : after is null ? ChangeDirection.Widens : ChangeDirection.Narrows;
        }

        return before.Per == after.Per ? ActionOrder.Larger(before.Units, after.Units) : ChangeDirection.Both;
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
