using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>What a verification found.</summary>
public sealed record VerificationReport
{
    /// <summary>Whether everything that was checked is sound.</summary>
    public bool IsVerified => Problem is null;

    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    public LogProblem? Problem { get; init; }

    /// <summary>The log's name; null when not even a header could be read.</summary>
    public string? Origin { get; init; }

    /// <summary>First entry of what was verified; above 0 when older segments have been removed.</summary>
    public ulong FirstIndex { get; init; }

    /// <summary>Size of the log: every entry below this index verified.</summary>
    public ulong Size { get; init; }

    /// <summary>Group commits that verified.</summary>
    public ulong Groups { get; init; }

    /// <summary>Segment files that were read.</summary>
    public int Segments { get; init; }

    /// <summary>Entry bundles of a published log that were read.</summary>
    public int Bundles { get; init; }

    /// <summary>RFC 6962 root of the tree of <see cref="Size"/> leaves.</summary>
    public Digest TreeRoot { get; init; }

    /// <summary>Time of the last entry.</summary>
    public Instant LastTime { get; init; }

    /// <summary>Whether every group's signature was checked; false when no receipt key was pinned.</summary>
    public bool SignaturesChecked { get; init; }

    /// <summary>Earlier receipts whose entries are in the log.</summary>
    public int ReceiptsFound { get; init; }

    /// <summary>Checkpoints whose root is that of the log's first entries, as many as each of them says.</summary>
    public int CheckpointsFound { get; init; }

    /// <summary>Checkpoints of trees that are smaller than what was removed, and so cannot be compared.</summary>
    public int CheckpointsUncheckable { get; init; }

    /// <summary>Whether the signatures of checkpoints were checked; false when no checkpoint key was pinned.</summary>
    public bool CheckpointSignaturesChecked { get; init; }

    /// <summary>Policies, registries, descriptor sets and change reports that entries name, and that are there; null when nobody looked.</summary>
    public int? SnapshotsFound { get; init; }

    /// <summary>Grants, ends and releases whose order was checked; null without a linkage file.</summary>
    public long? ConsentEventsChecked { get; init; }

    /// <summary>Entries with a consent tag whose consent has been erased: not checkable; null without a linkage file.</summary>
    public long? ErasedEntries { get; init; }

    /// <summary>Bytes at the end of a final group that was never written whole; nobody was given a receipt for it.</summary>
    public long UnfinishedBytes { get; init; }
}

/// <summary>How far a verification is.</summary>
/// <param name="Segment">The file that is being read.</param>
/// <param name="Entries">Entries verified so far.</param>
public readonly record struct VerificationProgress(string Segment, ulong Entries);
