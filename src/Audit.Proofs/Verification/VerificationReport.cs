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

    /// <summary>RFC 6962 root of the tree of <see cref="Size"/> leaves.</summary>
    public Digest TreeRoot { get; init; }

    /// <summary>Time of the last entry.</summary>
    public Instant LastTime { get; init; }

    /// <summary>Whether every group's signature was checked; false when no receipt key was pinned.</summary>
    public bool SignaturesChecked { get; init; }

    /// <summary>Earlier receipts whose entries are in the log.</summary>
    public int ReceiptsFound { get; init; }

    /// <summary>Bytes at the end of a final group that was never written whole; nobody was given a receipt for it.</summary>
    public long UnfinishedBytes { get; init; }
}

/// <summary>How far a verification is.</summary>
/// <param name="Segment">The file that is being read.</param>
/// <param name="Entries">Entries verified so far.</param>
public readonly record struct VerificationProgress(string Segment, ulong Entries);
