using Exchange.Envelopes;
using Exchange.Node.Admission;
using Exchange.Node.Consents;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Evaluation.Assertions;
using Exchange.Policy.Model;

namespace Exchange.Node.Transfers;

/// <summary>What stage "decide" permits one transfer: what may leave, about whom, to whom, and by which standing. Granted anew for each.</summary>
internal sealed class Permit
{
    private FetchAsk _ask;
    private Standing _standing;

    internal ref readonly FetchAsk Ask => ref _ask;

    /// <summary>By which it is permitted.</summary>
    internal Rule Rule { get; private set; } = null!;

    /// <summary>To whom it is sealed.</summary>
    internal SealingContext Recipient { get; private set; } = null!;

    /// <summary>On what terms records are released; null where assertions are asked.</summary>
    internal ReleaseTerms? Terms { get; private set; }

    /// <summary>The leaves that may leave; none where assertions are asked.</summary>
    internal ReleaseDecision Decision => Terms?.Decision ?? default;

    /// <summary>The assertions that may be answered; null where fields are asked.</summary>
    internal AssertionRelease? Assertions { get; private set; }

    /// <summary>Of the subject's consent; empty where another basis permits the transfer.</summary>
    internal ref readonly Standing Standing => ref _standing;

    /// <summary>The subject's name on the provider's side, as UTF-8; null where records are about nobody.</summary>
    internal byte[]? Subject { get; private set; }

    /// <summary>Permits records on their terms, or answers to assertions; true, for the stage to return.</summary>
    internal bool Grant(in FetchAsk ask, Rule rule, SealingContext recipient, in Standing standing, byte[]? subject, ReleaseTerms? terms, AssertionRelease? assertions)
    {
        (_ask, _standing) = (ask, standing);
        (Rule, Recipient, Subject, Terms, Assertions) = (rule, recipient, subject, terms, assertions);
        return true;
    }

    /// <summary>Permits nothing any more, and knows nobody.</summary>
    internal void Revoke() => Grant(default, null!, null!, default, null, null, null);
}
