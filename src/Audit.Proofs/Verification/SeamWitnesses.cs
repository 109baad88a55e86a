using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>Everything that a log is held against while it is walked.</summary>
internal sealed class SeamWitnesses
{
    /// <summary>The receipt keys; null: signatures are not checked.</summary>
    internal required KnownKeys? Keys { get; init; }

    internal required ReceiptPromises Receipts { get; init; }

    internal required CheckpointClaims Checkpoints { get; init; }

    /// <summary>What is kept beside the log by digest; null: not looked at.</summary>
    internal required SnapshotPresence? Snapshots { get; init; }

    internal bool HasCheckpointWithin(ulong size) => Checkpoints.Next is { } next && next <= size;

    /// <summary>Compares every checkpoint of a size within a group with the tree of that size.</summary>
    /// <param name="tree">The tree before the group, which this uses up.</param>
    /// <param name="leafHashes">The group's.</param>
    /// <param name="root">The root after the group.</param>
    internal Contradiction? HoldAgainstCheckpoints(CompactRange tree, ReadOnlySpan<Digest> leafHashes, in Digest root)
    {
        var end = tree.Size + (ulong)leafHashes.Length;
        while (Checkpoints.Next is { } size && size <= end)
        {
            var at = root;
            if (size < end)
            {
                for (var count = size - tree.Size; count > 0; count--)
                {
                    tree.Append(leafHashes[^(int)(end - tree.Size)]);
                }

                at = tree.Root;
            }

            if (Checkpoints.Compare(size, at) is { } contradiction)
            {
                return contradiction;
            }
        }

        return null;
    }

    /// <summary>An entry KEY_CHANGED, in a group that a trusted key has signed.</summary>
    internal void HandOver(AuditEntry entry, Digest? signedBy)
    {
        if (entry.PreviousDigest.Length != Digest.Size || entry.ChangeDigest.Length != Digest.Size)
        {
            return;
        }

        var (from, to) = (new Digest(entry.PreviousDigest.Span), new Digest(entry.ChangeDigest.Span));
        if (entry.KeyUse == KeyUse.Receipt)
        {
            Keys?.HandOver(from, to, signedBy ?? Digest.Zero);
        }
        else if (Keys is not null && signedBy is not null)
        {
            Checkpoints.HandOver(entry.Index, from, to); // Only what a trusted key has signed can hand over.
        }
    }
}
