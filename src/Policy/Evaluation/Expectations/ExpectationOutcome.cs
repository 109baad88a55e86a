using System.Collections.Immutable;
using Exchange.Policy.Model;

namespace Exchange.Policy.Evaluation.Expectations;

/// <summary>One point in which the policy says something else than was expected.</summary>
/// <param name="What">A field's path, <c>assertion</c> with a name, or <c>outcome</c>.</param>
/// <param name="Expected">What was expected of it.</param>
/// <param name="Actual">What the policy says.</param>
/// <param name="Why">Which line of the policy says so.</param>
public sealed record Mismatch(string What, string Expected, string Actual, string Why);

/// <summary>Whether a policy meets an expectation.</summary>
/// <param name="Expectation">What was expected.</param>
/// <param name="Mismatches">All points in which it is not met; none if it is.</param>
public sealed record ExpectationOutcome(PolicyExpectation Expectation, ImmutableArray<Mismatch> Mismatches)
{
    /// <summary>Whether it is met.</summary>
    public bool IsMet => Mismatches.IsEmpty;
}
