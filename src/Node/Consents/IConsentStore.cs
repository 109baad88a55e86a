using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>Which event a revision came from; numbers are stored.</summary>
internal enum ConsentEventKind
{
    Given = 1,
    Paused = 2,
    Resumed = 3,
    Withdrawn = 4,
    Expired = 5,
}

/// <summary>One event of a consent, with everything that it changes, stored as one.</summary>
/// <param name="EventId">As in the event's audit entry.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Consent">The consent in its new revision.</param>
/// <param name="Subject">The subject with all its names.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="LogIndex">Of the event's audit entry; null when it could not be logged.</param>
internal sealed record ConsentEvent(TransferId EventId, ConsentEventKind Kind, ConsentRecord Consent, SubjectRecord Subject, MemberId Actor, ulong? LogIndex);

/// <summary>Everything a node needs in memory.</summary>
internal sealed record StoredConsents(IReadOnlyList<SubjectRecord> Subjects, IReadOnlyList<ConsentRecord> Consents);

/// <summary>
/// Keeps subjects and consents. Level: use cases, so that SQLite serves one node and PostgreSQL several; the transfer path never calls it.
/// </summary>
internal interface IConsentStore : IAsyncDisposable
{
    /// <summary>All that is stored, once, at start.</summary>
    StoredConsents Load();

    /// <summary>Completes when the event is durable (I3).</summary>
    Task StoreAsync(ConsentEvent consentEvent);

    /// <summary>Whether an event was stored: what the log knows and the store does not is replayed at start.</summary>
    bool Knows(TransferId eventId);

    /// <summary>Log entries below this index have been compared with the store.</summary>
    ulong ReconciledSize { get; }

    /// <summary>Remembers that all entries below a log size have been compared.</summary>
    Task SetReconciledSizeAsync(ulong logSize);

    /// <summary>Whether the store can be written; for readiness.</summary>
    bool IsHealthy { get; }
}
