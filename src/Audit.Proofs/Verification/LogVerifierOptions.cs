using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Format.V1;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>What a log is held against besides itself.</summary>
public sealed record LogVerifierOptions
{
    /// <summary>Pinned receipt keys; null or empty: signatures are not checked, and the report says so.</summary>
    public ReceiptKeys? Keys { get; init; }

    /// <summary>Pinned checkpoint keys, an ECDSA one among them; empty: signatures of checkpoints are not checked, and the report says so.</summary>
    public IReadOnlyList<NoteKey> CheckpointKeys { get; init; } = [];

    /// <summary>The log's expected name; null for any.</summary>
    public string? ExpectedOrigin { get; init; }

    /// <summary>The size that the log is known to have reached: a shorter one has lost entries.</summary>
    public ulong MinimumSize { get; init; }

    /// <summary>Earlier receipts, each of which promises that its entry is in the log.</summary>
    public IReadOnlyList<Receipt> Receipts { get; init; } = [];

    /// <summary>Earlier checkpoints, each of which the log must continue.</summary>
    public IReadOnlyList<NamedCheckpoint> Checkpoints { get; init; } = [];

    /// <summary>What lies beside the log: snapshots, kept checkpoints, tiles, public keys. Null: nothing is looked at. A published log brings its own.</summary>
    public IPublishedFiles? Beside { get; init; }

    /// <summary>Whether the policies, registries, descriptor sets and change reports that entries name must be there.</summary>
    public bool ChecksSnapshots { get; init; } = true;

    /// <summary>The linkage file, for the order of releases and withdrawals; null where nobody has it. It is read once, and closed.</summary>
    public Stream? Linkage { get; init; }

    /// <summary>A new file for sorting, which is gone when it is closed; memory if nothing else is said.</summary>
    public Func<Stream> Scratch { get; init; } = static () => new MemoryStream();

    /// <summary>Whether it is fine that entries before the first are missing without an entry that explains it: a single segment, a range.</summary>
    public bool MayBePart { get; init; }

    /// <summary>Of a published log: the first entry that must be there.</summary>
    public ulong From { get; init; }

    /// <summary>Of a published log: the index after the last entry that must be there; null for all that the checkpoint covers.</summary>
    public ulong? To { get; init; }

    /// <summary>Stretches of the log that are checked at the same time.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Is told now and then how far the verification is.</summary>
    public IProgress<VerificationProgress>? Progress { get; init; }
}
