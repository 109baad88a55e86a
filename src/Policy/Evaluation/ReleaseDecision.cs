using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Evaluation;

/// <summary>What may leave: asked, permitted by the rule, and covered by consent or another legal basis (I1).</summary>
public readonly struct ReleaseDecision
{
    internal ReleaseDecision(ErrorCode outcome, Rule? rule, in FieldSet released, in WithheldFields withheld)
    {
        Outcome = outcome;
        Rule = rule;
        Released = released;
        Withheld = withheld;
    }

    /// <summary><see cref="ErrorCode.None"/>, the refusal of the <see cref="PolicyDecision"/>, or <see cref="ErrorCode.ConsentCoversNothing"/>.</summary>
    public ErrorCode Outcome { get; }

    /// <summary>The rule that decided; null when there is none.</summary>
    public Rule? Rule { get; }

    /// <summary>The leaves that may leave; empty for a refusal.</summary>
    public FieldSet Released { get; }

    /// <summary>What was asked and may not leave, leaf by leaf, with the reason.</summary>
    public WithheldFields Withheld { get; }
}
