using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Entries;

/// <summary>What the log itself needs of an entry: its place in the chain, its kind, and what its receipt binds.</summary>
public readonly record struct EntryFields
{
    /// <summary>Place in the log, from 0.</summary>
    public ulong Index { get; init; }

    /// <summary>Leaf hash of the entry before; zeros in entry 0.</summary>
    public Digest PreviousLeafHash { get; init; }

    /// <summary>When the entry was appended.</summary>
    public Instant Time { get; init; }

    /// <summary>What happened.</summary>
    public EntryKind Kind { get; init; }

    /// <summary>D of the envelope; null where there is none.</summary>
    public Digest? ObjectDigest { get; init; }

    /// <summary>The payload's commitment; null where there is none.</summary>
    public Digest? PayloadCommitment { get; init; }

    /// <summary>
    /// What the entry's receipt binds besides the entry: the payload commitment of a queued message (its sender holds the payload, not
    /// the envelope), otherwise D, and zeros where there is neither.
    /// </summary>
    public Digest BoundDigest => (Kind == EntryKind.Queued ? PayloadCommitment : ObjectDigest) ?? Digest.Zero;
}
