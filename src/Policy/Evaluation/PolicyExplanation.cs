using System.Collections.Immutable;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Evaluation;

/// <summary>What happens to one leaf and which line says so.</summary>
/// <param name="Path">The leaf.</param>
/// <param name="Category">What kind of data it carries.</param>
/// <param name="Action">What happens to it.</param>
/// <param name="Why">Which line decides, with its place.</param>
public sealed record FieldExplanation(string Path, DataCategory Category, FieldAction Action, string Why);

/// <summary>Policy's answer for a consumer, provider, dataset and purpose in words: what <c>policy explain</c> prints.</summary>
/// <param name="Outcome">None, or why there is no rule.</param>
/// <param name="Rule">The rule; null when there is none.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Fields">Every leaf, in the shape's order.</param>
/// <param name="Terms">What else the rule says, a line each: what may be asked by name, how often, what the consumer owes.</param>
public sealed record PolicyExplanation(ErrorCode Outcome, Rule? Rule, string Summary, ImmutableArray<FieldExplanation> Fields, ImmutableArray<TermExplanation> Terms)
{
    private static readonly FieldAction Drop = new FieldAction.Drop();

    /// <summary>Explains.</summary>
    public static PolicyExplanation Explain(PolicySnapshot policy, Dataset dataset, MemberId consumer, MemberId provider, PurposeId purpose)
    {
        var decision = PolicyDecision.Decide(policy, dataset, consumer, provider, purpose, dataset.Shape.All, strict: false);
        var fields = dataset.Shape.Leaves.Select(leaf => Explain(leaf.Path, dataset.Categories[leaf.Number], decision.Rule, leaf.Number));

        // A rule may answer assertions and release nothing: that is no refusal.
        var outcome = decision is { Outcome: ErrorCode.FieldsNotPermitted, Rule.Assertions.IsEmpty: false } ? ErrorCode.None : decision.Outcome;
        return new(outcome, decision.Rule, Summarise(decision, policy, consumer, purpose), [.. fields], decision.Rule is { } rule ? TermExplanation.Of(rule) : []);
    }

    private static FieldExplanation Explain(string path, DataCategory category, Rule? rule, int leaf)
    {
        if (rule is null)
        {
            return new(path, category, Drop, "no rule");
        }

        return rule.Rulings[leaf] is { } ruling
            ? new(path, category, ruling.Action, $"'{ruling.Path}: {ruling.Action}' at {ruling.Position}")
            : new(path, category, Drop, $"not named in the rule at {rule.Position}");
    }

    private static string Summarise(in PolicyDecision decision, PolicySnapshot policy, MemberId consumer, PurposeId purpose)
    {
        if (decision.Rule is { } rule)
        {
            var basis = rule.Reference is null ? rule.Basis.Word() : $"{rule.Basis.Word()} ({rule.Reference})";
            var answers = rule.Assertions.Length switch { 0 => string.Empty, 1 => " and answers 1 assertion", var count => $" and answers {count} assertions" };
            return $"Rule '{rule.Id}' at {rule.Position} permits {decision.Permitted.Count} of {decision.Asked.Count} fields{answers} on the basis of {basis}.";
        }

        if (decision.Outcome == ErrorCode.PurposeUnknown)
        {
            return $"The policy declares no purpose '{purpose}'; it declares {string.Join(", ", policy.Purposes.Select(known => known.Id))}.";
        }

        var others = policy.Rules.Where(other => other.Consumer == consumer).Select(other => other.Id).ToList();
        return others.Count == 0
            ? $"No rule names the consumer {consumer}: nothing is released to it."
            : $"No rule matches, so nothing is released; the rules of this consumer are {string.Join(", ", others)}.";
    }
}
