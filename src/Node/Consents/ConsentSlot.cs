using System.Collections.Frozen;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>
/// The place of one consent in memory. Its state is replaced whole; a release holds the state that it was decided by, and the sequencer
/// rejects it when another is in its place (I5).
/// </summary>
internal sealed class ConsentSlot(ConsentState first)
{
    private volatile ConsentState _current = first;

    internal ConsentState Current => _current;

    internal void Replace(ConsentState next) => _current = next;
}

/// <summary>One revision of a consent, as transfers are decided by it.</summary>
internal sealed class ConsentState(ConsentRecord record)
{
    internal ConsentRecord Record { get; } = record;

    /// <summary>What the consented assertions ask, by digest.</summary>
    internal IReadOnlySet<Digest> Assertions { get; } = record.Assertions.Select(assertion => assertion.Digest).ToFrozenSet();

    /// <summary>Why this state does not permit a release now; None when it does.</summary>
    internal ErrorCode Refuses(Instant now) => Record switch
    {
        { Status: ConsentStatus.Withdrawn } => ErrorCode.ConsentWithdrawn,
        { Status: ConsentStatus.Paused } => ErrorCode.ConsentPaused,
        { Expire: { } expire } when now >= expire => ErrorCode.ConsentExpired,
        _ when now < Record.ValidFrom => ErrorCode.ConsentNotYetValid,
        _ => ErrorCode.None,
    };
}
