using Exchange.Envelopes;
using Exchange.Node.Admission;
using Exchange.Node.Consents;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Evaluation.Assertions;
using Exchange.Policy.Model;

namespace Exchange.Node.Transfers;

/// <summary>What stage "decide" permits one transfer: what may leave, about whom, to whom, and by which standing.</summary>
internal sealed class Permit(in FetchAsk ask, in Standing standing)
{
    private readonly FetchAsk _ask = ask;
    private readonly Standing _standing = standing;

    internal ref readonly FetchAsk Ask => ref _ask;

    /// <summary>By which it is permitted.</summary>
    internal required Rule Rule { get; init; }

    /// <summary>To whom it is sealed.</summary>
    internal required SealingContext Recipient { get; init; }

    /// <summary>On what terms records are released; null where assertions are asked.</summary>
    internal ReleaseTerms? Terms { get; init; }

    /// <summary>The leaves that may leave; none where assertions are asked.</summary>
    internal ReleaseDecision Decision => Terms?.Decision ?? default;

    /// <summary>The assertions that may be answered; null where fields are asked.</summary>
    internal AssertionRelease? Assertions { get; init; }

    /// <summary>Of the subject's consent; empty where another basis permits the transfer.</summary>
    internal ref readonly Standing Standing => ref _standing;

    /// <summary>The subject's name on the provider's side, as UTF-8; null where records are about nobody.</summary>
    internal required byte[]? Subject { get; init; }
}
