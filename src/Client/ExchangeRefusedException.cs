using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Client;

/// <summary>The node refused, or could not be reached. A refusal of a known member is a transfer too: it has an id and a receipt, checked.</summary>
public sealed class ExchangeRefusedException : Exception
{
    internal ExchangeRefusedException(string reason, CallStatus status, string message, Exception? innerException)
        : base($"{reason}: {message}", innerException)
    {
        Reason = reason;
        Status = status;
    }

    /// <summary>The stable word for why, for instance RULE_MISSING; UNREACHABLE when there was no answer, UNKNOWN when it gave none.</summary>
    public string Reason { get; }

    /// <summary>The status of the call.</summary>
    public CallStatus Status { get; }

    /// <summary>Whether the same request may succeed later, with a fresh request id.</summary>
    public bool Retryable { get; internal init; }

    /// <summary>How long to wait before a retry, when the node said.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>What is wrong with the request, field by field.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Violations { get; internal init; } = [];

    /// <summary>The refusal's id in the log; null when the node did not say.</summary>
    public TransferId? Transfer { get; internal init; }

    /// <summary>The checked receipt; null for strangers, floods, and a node that cannot log.</summary>
    public Receipt? Receipt { get; internal init; }
}
