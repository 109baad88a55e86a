using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Evaluation;

/// <summary>
/// What policy says to a request before anybody looks at the subject: stage "decide", first half. The second half narrows it by the
/// subject's consent, or states that the rule rests on another basis. A value; a grant allocates nothing.
/// </summary>
public readonly struct PolicyDecision
{
    private readonly Dataset _dataset;
    private readonly bool _strict;

    private PolicyDecision(Dataset dataset, in FieldSet asked, bool strict, ErrorCode outcome, Rule? rule)
    {
        _dataset = dataset;
        _strict = strict;
        Asked = asked;
        Outcome = outcome;
        Rule = rule;
        Permitted = rule is null ? FieldSet.Empty : asked & rule.Permitted;
    }

    /// <summary>
    /// <see cref="ErrorCode.None"/>, or the first of <see cref="ErrorCode.PurposeUnknown"/>, <see cref="ErrorCode.RuleMissing"/>,
    /// <see cref="ErrorCode.FieldsEmpty"/>, <see cref="ErrorCode.FieldsNotPermitted"/> and <see cref="ErrorCode.OverAsk"/>.
    /// </summary>
    public ErrorCode Outcome { get; }

    /// <summary>The rule that decided; null when there is none.</summary>
    public Rule? Rule { get; }

    /// <summary>The leaves that were asked for. What a parent means is the caller's to say.</summary>
    public FieldSet Asked { get; }

    /// <summary>Asked and permitted by the rule.</summary>
    public FieldSet Permitted { get; }

    /// <summary>What was asked and the rule does not permit, leaf by leaf.</summary>
    public WithheldFields Withheld => new(Asked, policy: Rule?.Permitted ?? FieldSet.Empty, foreign: FieldSet.Empty, consent: Asked);

    /// <summary>Decides. Deny by default: without a rule for exactly this tuple the answer is no.</summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="dataset">The dataset that is asked for.</param>
    /// <param name="consumer">Who asks.</param>
    /// <param name="provider">Who holds the data.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="asked">The leaves that are asked for.</param>
    /// <param name="strict">Refuse rather than withhold.</param>
    public static PolicyDecision Decide(
        PolicySnapshot policy, Dataset dataset, MemberId consumer, MemberId provider, PurposeId purpose, in FieldSet asked, bool strict)
    {
        if (!policy.KnowsPurpose(purpose))
        {
            return new(dataset, asked, strict, ErrorCode.PurposeUnknown, rule: null);
        }

        if (!policy.TryFindRule(consumer, provider, dataset.Id, purpose, out var rule))
        {
            return new(dataset, asked, strict, ErrorCode.RuleMissing, rule: null);
        }

        var outcome = asked.IsEmpty ? ErrorCode.FieldsEmpty
            : (asked & rule.Permitted).IsEmpty ? ErrorCode.FieldsNotPermitted
            : strict && !rule.Permitted.Contains(asked) ? ErrorCode.OverAsk
            : ErrorCode.None;
        return new(dataset, asked, strict, outcome, rule);
    }

    /// <summary>Narrows a grant on the basis of consent to what the subject consented to. A refusal stays what it is.</summary>
    /// <param name="consented">The leaves of the current consent.</param>
    /// <param name="scheme">The scheme by which the caller named the subject.</param>
    /// <exception cref="InvalidOperationException">The rule rests on another basis.</exception>
    public ReleaseDecision WithConsent(in FieldSet consented, SubjectScheme scheme)
    {
        MustRestOn(consent: true);
        return Narrow(consented, scheme);
    }

    /// <summary>Completes a grant on a basis other than consent. A refusal stays what it is.</summary>
    /// <param name="scheme">The scheme by which the caller named the subject; null when the records are about nobody.</param>
    /// <exception cref="InvalidOperationException">The rule rests on consent: without one nothing may be released (I1).</exception>
    public ReleaseDecision WithoutConsent(SubjectScheme? scheme)
    {
        MustRestOn(consent: false);
        return Narrow(Asked, scheme);
    }

    private ReleaseDecision Narrow(in FieldSet consented, SubjectScheme? scheme)
    {
        if (Outcome != ErrorCode.None)
        {
            return new(Outcome, Rule, FieldSet.Empty, Withheld);
        }

        // Who named the subject in another scheme must not learn the provider's own name for it: consents link the two, the node translates.
        var foreign = scheme == _dataset.SubjectScheme ? FieldSet.Empty : _dataset.SubjectField;
        var offered = Permitted.Except(foreign);
        var released = offered & consented;
        var outcome = offered.IsEmpty ? ErrorCode.FieldsNotPermitted
            : released.IsEmpty ? ErrorCode.ConsentCoversNothing
            : _strict && released != Asked ? ErrorCode.OverAsk
            : ErrorCode.None;
        return new(outcome, Rule, outcome == ErrorCode.None ? released : FieldSet.Empty, new(Asked, Permitted, foreign, consented));
    }

    private void MustRestOn(bool consent)
    {
        if (Rule is not null && (Rule.Basis == LegalBasis.Consent) != consent)
        {
            throw new InvalidOperationException($"Rule '{Rule.Id}' rests on {Rule.Basis}.");
        }
    }
}
