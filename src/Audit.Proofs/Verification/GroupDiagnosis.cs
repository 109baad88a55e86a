using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>
/// Names the first bad entry of a group that does not check. An entry's hash stands in the next entry (the last one's in the trailer), so
/// a change within entry k breaks the link from k to k+1 alone; a change of its own previous_leaf_hash breaks the link before it too.
/// </summary>
internal readonly struct GroupDiagnosis(string origin, ulong firstIndex, Digest leafHashBefore, Instant timeBefore, string segment, long offset)
{
    internal LogProblem Explain(Group group)
    {
        var links = new List<EntryLink>(group.Header.Count);
        var batch = new CompactRange();
        var unreadable = string.Empty;
        var entries = group.GetEnumerator();
        while (links.Count < group.Header.Count && unreadable.Length == 0)
        {
            if (!entries.MoveNext())
            {
                unreadable = "its length runs past the end of its group";
            }
            else if (EntryReader.TryRead(entries.Current, out var fields, out unreadable))
            {
                links.Add(new EntryLink(fields, TreeHash.Leaf(entries.Current)));
                batch.Append(BatchStatement.LeafHash(origin, fields.Index, links[^1].LeafHash, fields.BoundDigest));
            }
        }

        var count = group.Header.Count;
        var trailer = group.Trailer;
        var isWhole = links.Count == count && entries.Remaining == 0;
        if (isWhole && trailer.BatchRoot == batch.Root && trailer.LastLeafHash != links[^1].LeafHash)
        {
            return Problem(LogProblemKind.Trailer, 0, $"the trailer of entries {firstIndex} to {firstIndex + (ulong)count - 1} names another last leaf hash");
        }

        var changed = FirstChanged(links, count, trailer.LastLeafHash);
        if (unreadable.Length > 0 && changed >= links.Count)
        {
            return Problem(LogProblemKind.Entry, links.Count, unreadable);
        }

        // A changed entry is the first bad one whatever else it upsets; without one, the order of all is looked at.
        var (first, last) = changed < links.Count ? (changed, changed) : (0, links.Count - 1);
        for (var i = first; i <= last; i++)
        {
            if (links[i].Fields.Index != firstIndex + (ulong)i)
            {
                return Problem(LogProblemKind.Order, i, $"it says that its index is {links[i].Fields.Index}");
            }

            var timeOfBefore = i == 0 ? timeBefore : links[i - 1].Fields.Time;
            if (links[i].Fields.Time < timeOfBefore)
            {
                return Problem(LogProblemKind.Order, i, $"its time {links[i].Fields.Time} is before {timeOfBefore}, the time of the entry before");
            }
        }

        if (changed < links.Count)
        {
            return Problem(LogProblemKind.Chain, changed, IsBroken(links, changed)
                ? "it does not follow the entry before: its previous_leaf_hash is another"
                : "its bytes were changed: its leaf hash is not the one that stands after it");
        }

        return !isWhole || trailer.BatchRoot != batch.Root
            ? Problem(LogProblemKind.Trailer, 0, $"the entries {firstIndex} to {firstIndex + (ulong)count - 1} do not have the batch root of their trailer")
            : Problem(LogProblemKind.Trailer, 0, $"the tree of entries 0 to {firstIndex + (ulong)count - 1} does not have the root of their trailer");
    }

    /// <summary>The position of the first entry whose bytes were changed, or as many as there are.</summary>
    private int FirstChanged(List<EntryLink> links, int count, Digest lastLeafHash)
    {
        for (var i = 0; i < links.Count; i++)
        {
            if (!IsBroken(links, i))
            {
                continue;
            }

            // The link into i is broken. If the one out of i is, too, then i was changed; if not, the entry before was, unless i is in the wrong
            // place: then entries between the two were removed or put in.
            var outIsBroken = i + 1 < links.Count ? IsBroken(links, i + 1) : i + 1 == count && links[i].LeafHash != lastLeafHash;
            return outIsBroken || i == 0 || links[i].Fields.Index != firstIndex + (ulong)i ? i : i - 1;
        }

        return links.Count == count && links[^1].LeafHash != lastLeafHash ? count - 1 : links.Count;
    }

    /// <summary>Whether the link from the entry before into this one is broken.</summary>
    private bool IsBroken(List<EntryLink> links, int position) =>
        links[position].Fields.PreviousLeafHash != (position == 0 ? leafHashBefore : links[position - 1].LeafHash);

    private LogProblem Problem(LogProblemKind kind, int position, string what) =>
        new(kind, segment, offset, firstIndex + (ulong)position, what);

    private readonly record struct EntryLink(EntryFields Fields, Digest LeafHash);
}
