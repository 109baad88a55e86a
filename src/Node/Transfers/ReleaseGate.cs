using Exchange.Audit;
using Exchange.Node.Consents;
using Exchange.Node.Snapshots;
using Exchange.Vocabulary;

namespace Exchange.Node.Transfers;

/// <summary>
/// Asked by the log's sequencer just before a release gets its place: whether the policy and the consent by which it was decided are
/// still those in force. So no release stands behind a withdrawal of its consent (I5).
/// </summary>
internal sealed class ReleaseGate(SnapshotHolder snapshots, NodeSnapshot decidedBy, ConsentSlot? slot, ConsentState? decidedWith, TimeProvider clock) : IReleaseGate
{
    /// <inheritdoc/>
    public ErrorCode Check()
    {
        if (!snapshots.Permits(decidedBy))
        {
            return ErrorCode.PolicyChanged;
        }

        if (slot is null)
        {
            return ErrorCode.None;
        }

        var current = slot.Current;
        var refuses = current.Refuses(clock.Now());
        return refuses == ErrorCode.None && !ReferenceEquals(current, decidedWith) ? ErrorCode.PolicyChanged : refuses;
    }
}
