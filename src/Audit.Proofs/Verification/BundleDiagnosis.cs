using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Segments;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>Names the first bad entry of a published log, where a tile that leads to the checkpoint's root says what the leaf hash of each is.</summary>
internal readonly struct BundleDiagnosis(PlacedGroup group, Digest? leafHashBefore, Instant timeBefore, string origin, Func<ulong, string> bundleOf)
{
    internal LogProblem Explain(ReadOnlySpan<byte> bytes, IReadOnlyList<Digest> promised)
    {
        var (index, last, time) = (group.FirstIndex, leafHashBefore, timeBefore);
        for (var entries = new Group.EntryEnumerator(bytes); index < group.NextIndex; index++)
        {
            if (!entries.MoveNext())
            {
                return Problem(LogProblemKind.Entry, index, "its length runs past the end of its group");
            }

            var leafHash = TreeHash.Leaf(entries.Current);
            if (!EntryReader.TryRead(entries.Current, out var fields, out var unreadable))
            {
                return Problem(LogProblemKind.Entry, index, unreadable);
            }

            if (fields.Index != index)
            {
                return Problem(LogProblemKind.Order, index, $"it says that its index is {fields.Index}");
            }

            if (promised.Count > 0 && leafHash != promised[(int)(index - group.FirstIndex)])
            {
                return Problem(LogProblemKind.Chain, index, "its bytes were changed: its leaf hash is not the one that stands in its tile");
            }

            if (fields.Time < time)
            {
                return Problem(LogProblemKind.Order, index, $"its time {fields.Time} is before {time}, the time of the entry before");
            }

            if (last is { } before && fields.PreviousLeafHash != before)
            {
                return Problem(LogProblemKind.Chain, index, "it does not follow the entry before: its previous_leaf_hash is another");
            }

            (last, time) = (leafHash, fields.Time);
        }

        return Problem(LogProblemKind.Trailer, group.FirstIndex, $"entries {group.FirstIndex} to {group.NextIndex - 1} of {origin} do not have the root of their batch");
    }

    private LogProblem Problem(LogProblemKind kind, ulong index, string what) => new(kind, bundleOf(index), 0, index, what);
}
