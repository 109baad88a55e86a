namespace Exchange.Audit.Proofs.Verification;

/// <summary>What sort of thing is wrong with a log.</summary>
public enum LogProblemKind
{
    /// <summary>A segment's header is damaged or contradicts the log before it.</summary>
    Segment,

    /// <summary>Bytes that are neither a whole group nor an unfinished final one.</summary>
    Framing,

    /// <summary>A group's trailer does not fit its entries, which themselves are sound.</summary>
    Trailer,

    /// <summary>An entry is not a canonical AuditEntry.</summary>
    Entry,

    /// <summary>An entry's bytes were changed: its hash is not the one that the chain names.</summary>
    Chain,

    /// <summary>An entry has another index than its place, or an earlier time than the one before.</summary>
    Order,

    /// <summary>Entries are missing.</summary>
    Missing,

    /// <summary>A group's signature is not the receipt key's, or no pinned key made it.</summary>
    Signature,

    /// <summary>The log does not hold what an earlier receipt promises.</summary>
    Receipt,

    /// <summary>A tile of hashes is damaged, or does not lead to the checkpoint's root.</summary>
    Tile,

    /// <summary>A checkpoint is no signed checkpoint of this log.</summary>
    Checkpoint,

    /// <summary>Two things that the log's keys have signed contradict each other: the log has told two histories.</summary>
    History,

    /// <summary>A policy, registry, descriptor set or change report that an entry names is not there, or is another.</summary>
    Snapshot,

    /// <summary>A release after a withdrawal without a new grant, or a linkage file that does not fit the entries.</summary>
    Linkage,

    /// <summary>Something is signed by a key that the log had put out of use.</summary>
    Key,
}

/// <summary>The first thing that is wrong with a log.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="Segment">The segment file.</param>
/// <param name="Offset">Where in the file the group, or what should be one, begins.</param>
/// <param name="EntryIndex">The first bad or missing entry.</param>
/// <param name="What">One sentence.</param>
public sealed record LogProblem(LogProblemKind Kind, string Segment, long Offset, ulong EntryIndex, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Segment}, offset {Offset}, entry {EntryIndex}: {What}";
}
