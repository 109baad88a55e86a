namespace Exchange.Node.Snapshots;

/// <summary>The snapshot in force.</summary>
public sealed class SnapshotHolder(NodeSnapshot first)
{
    private volatile NodeSnapshot _current = first;
    private volatile bool _isClosed;

    /// <summary>Read once a transfer; a later swap rejects the transfer at the sequencer (I5).</summary>
    public NodeSnapshot Current => _current;

    /// <summary>Why nothing is released although the node runs; null as long as it may be.</summary>
    internal string? Fault { get; private set; }

    /// <summary>Whether what was decided by a snapshot may still be let into the log.</summary>
    internal bool Permits(NodeSnapshot decidedBy) => !_isClosed && _current.Generation == decidedBy.Generation;

    /// <summary>From now on nothing that was decided gets into the log, until a swap, or until nothing is to change after all.</summary>
    internal void Close() => _isClosed = true;

    /// <summary>Stays closed, and says why: something shall be taken back, and that could not be recorded.</summary>
    internal void StayClosed(string fault) => Fault = fault;

    /// <summary>The present snapshot goes on.</summary>
    internal void Reopen() => (Fault, _isClosed) = (null, false);

    /// <summary>Puts another snapshot in force.</summary>
    internal void Swap(NodeSnapshot next)
    {
        _current = next; // First: whoever sees the holder open again sees the new one.
        Reopen();
    }
}
