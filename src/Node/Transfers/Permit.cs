using System.Text;
using Exchange.Envelopes;
using Exchange.Node.Admission;
using Exchange.Node.Consents;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Evaluation.Assertions;
using Exchange.Policy.Model;

namespace Exchange.Node.Transfers;

/// <summary>What stage "decide" permits one transfer: what may leave, about whom, to whom, and by which standing.</summary>
internal sealed class Permit
{
    internal required FetchAsk Ask { get; init; }

    /// <summary>By which it is permitted.</summary>
    internal required Rule Rule { get; init; }

    /// <summary>To whom it is sealed.</summary>
    internal required SealingContext Recipient { get; init; }

    /// <summary>The leaves that may leave; none where assertions are asked.</summary>
    internal ReleaseDecision Decision { get; init; }

    /// <summary>The assertions that may be answered; null where fields are asked.</summary>
    internal AssertionRelease? Assertions { get; init; }

    /// <summary>Of the subject's consent; empty where another basis permits the transfer.</summary>
    internal required Standing Standing { get; init; }

    /// <summary>The subject's name on the provider's side; null where records are about nobody.</summary>
    internal required string? Subject { get; init; }

    /// <summary>The same as UTF-8, for the minimiser's guard; empty where records are about nobody.</summary>
    internal ReadOnlySpan<byte> SubjectBytes => Standing.ProviderName ?? (Subject is null ? [] : Encoding.UTF8.GetBytes(Subject));
}
