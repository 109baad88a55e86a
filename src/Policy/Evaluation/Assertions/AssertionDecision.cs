using System.Collections.Immutable;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Evaluation.Assertions;

/// <summary>
/// What policy says to a request for assertions before anybody looks at the subject, as <see cref="PolicyDecision"/> does for fields: a
/// consumer asks by name, and only its own rule says what that means.
/// </summary>
public sealed class AssertionDecision
{
    private readonly bool _strict;

    private AssertionDecision(ErrorCode outcome, Rule? rule, ImmutableArray<Assertion> asked, ImmutableArray<string> unknown, bool strict)
    {
        Outcome = outcome;
        Rule = rule;
        Asked = asked;
        Unknown = unknown;
        _strict = strict;
    }

    /// <summary><see cref="ErrorCode.None"/>, or the first of <see cref="ErrorCode.PurposeUnknown"/>, <see cref="ErrorCode.RuleMissing"/> and <see cref="ErrorCode.AssertionUnknown"/>.</summary>
    public ErrorCode Outcome { get; }

    /// <summary>The rule that decided; null when there is none.</summary>
    public Rule? Rule { get; }

    /// <summary>What the rule offers of what was asked, in the order asked.</summary>
    public ImmutableArray<Assertion> Asked { get; }

    /// <summary>What was asked and the rule does not offer.</summary>
    public ImmutableArray<string> Unknown { get; }

    /// <summary>Decides. Deny by default, as with fields.</summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="key">Who asks, whom, about which data, what for.</param>
    /// <param name="names">What is asked, each name once.</param>
    /// <param name="strict">Refuse rather than withhold.</param>
    public static AssertionDecision Decide(PolicySnapshot policy, in RuleKey key, IEnumerable<string> names, bool strict)
    {
        if (!policy.KnowsPurpose(key.Purpose))
        {
            return new(ErrorCode.PurposeUnknown, null, [], [], strict);
        }

        if (!policy.TryFindRule(key, out var rule))
        {
            return new(ErrorCode.RuleMissing, null, [], [], strict);
        }

        var asked = ImmutableArray.CreateBuilder<Assertion>();
        var unknown = ImmutableArray.CreateBuilder<string>();
        foreach (var name in names)
        {
            if (rule.TryFindAssertion(name, out var assertion))
            {
                asked.Add(assertion);
            }
            else
            {
                unknown.Add(name);
            }
        }

        return new(unknown.Count > 0 || asked.Count == 0 ? ErrorCode.AssertionUnknown : ErrorCode.None, rule, asked.ToImmutable(), unknown.ToImmutable(), strict);
    }

    /// <summary>Narrows a grant on the basis of consent to what the subject consented to. A refusal stays what it is.</summary>
    /// <param name="consented">The digests of the assertions that the current consent names.</param>
    /// <exception cref="InvalidOperationException">The rule rests on another basis.</exception>
    public AssertionRelease WithConsent(IReadOnlySet<Digest> consented)
    {
        MustRestOn(consent: true);
        return Narrow(assertion => consented.Contains(assertion.Digest));
    }

    /// <summary>Completes a grant on a basis other than consent. A refusal stays what it is.</summary>
    /// <exception cref="InvalidOperationException">The rule rests on consent: without one nothing may be released (I1).</exception>
    public AssertionRelease WithoutConsent()
    {
        MustRestOn(consent: false);
        return Narrow(_ => true);
    }

    private AssertionRelease Narrow(Func<Assertion, bool> isCovered)
    {
        if (Outcome != ErrorCode.None)
        {
            return new(Outcome, [], []);
        }

        var released = Asked.Where(isCovered).ToImmutableArray();
        var withheld = Asked.Except(released).ToImmutableArray();
        var outcome = released.IsEmpty ? ErrorCode.ConsentCoversNothing
            : _strict && !withheld.IsEmpty ? ErrorCode.OverAsk
            : ErrorCode.None;
        return new(outcome, outcome == ErrorCode.None ? released : [], withheld);
    }

    private void MustRestOn(bool consent)
    {
        if (Rule is not null && (Rule.Basis == LegalBasis.Consent) != consent)
        {
            throw new InvalidOperationException($"Rule '{Rule.Id}' rests on {Rule.Basis}.");
        }
    }
}

/// <summary>Which assertions may be answered.</summary>
/// <param name="Outcome"><see cref="ErrorCode.None"/>, the refusal of the <see cref="AssertionDecision"/>, <see cref="ErrorCode.ConsentCoversNothing"/> or <see cref="ErrorCode.OverAsk"/>.</param>
/// <param name="Released">Those, in the order asked; empty for a refusal.</param>
/// <param name="Withheld">What the rule offers and the subject did not consent to.</param>
public sealed record AssertionRelease(ErrorCode Outcome, ImmutableArray<Assertion> Released, ImmutableArray<Assertion> Withheld);
