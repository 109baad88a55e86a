using Exchange.Audit;
using Exchange.Node.Consents;
using Exchange.Node.Snapshots;
using Exchange.Vocabulary;

namespace Exchange.Node.Transfers;

/// <summary>
/// Asked by the log's sequencer just before a release gets its place: whether the policy and the consent by which it was decided are
/// still those in force. So no release stands behind a withdrawal of its consent (I5).
/// </summary>
internal sealed class ReleaseGate : IReleaseGate
{
    private SnapshotHolder? _snapshots;
    private NodeSnapshot? _decidedBy;
    private ConsentSlot? _slot;
    private ConsentState? _decidedWith;
    private TimeProvider? _clock;

    /// <summary>Guards a release that was decided by a snapshot and, where consent is its basis, by a revision of one.</summary>
    internal ReleaseGate Guard(SnapshotHolder snapshots, NodeSnapshot decidedBy, ConsentSlot? slot, ConsentState? decidedWith, TimeProvider clock)
    {
        (_snapshots, _decidedBy, _slot, _decidedWith, _clock) = (snapshots, decidedBy, slot, decidedWith, clock);
        return this;
    }

    /// <summary>Guards nothing any more, and knows nobody.</summary>
    internal void Forget() => (_snapshots, _decidedBy, _slot, _decidedWith, _clock) = (null, null, null, null, null);

    /// <inheritdoc/>
    public ErrorCode Check()
    {
        if (!_snapshots!.Permits(_decidedBy!))
        {
            return ErrorCode.PolicyChanged;
        }

        if (_slot is null)
        {
            return ErrorCode.None;
        }

        var current = _slot.Current;
        var refuses = current.Refuses(_clock!.Now());
        return refuses == ErrorCode.None && !ReferenceEquals(current, _decidedWith) ? ErrorCode.PolicyChanged : refuses;
    }
}
