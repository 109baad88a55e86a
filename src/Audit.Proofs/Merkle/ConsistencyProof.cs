using System.Numerics;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Merkle;

/// <summary>RFC 6962, section 2.1.2: a tree holds every leaf of an earlier one, in the same places.</summary>
public static class ConsistencyProof
{
    /// <summary>Whether the path shows that the tree of <paramref name="oldSize"/> leaves is the beginning of that of <paramref name="newSize"/>.</summary>
    /// <param name="oldSize">Leaves of the earlier tree; the empty tree is the beginning of every tree, with an empty path.</param>
    /// <param name="oldRoot">Its root.</param>
    /// <param name="newSize">Leaves of the later tree.</param>
    /// <param name="newRoot">Its root.</param>
    /// <param name="path">The hashes, in the order of RFC 6962.</param>
    public static bool Verifies(ulong oldSize, in Digest oldRoot, ulong newSize, in Digest newRoot, ReadOnlySpan<Digest> path)
    {
        if (oldSize == newSize)
        {
            return path.IsEmpty && oldRoot == newRoot;
        }

        if (oldSize == 0)
        {
            return path.IsEmpty && oldRoot == TreeHash.Empty;
        }

        if (oldSize > newSize)
        {
            return false;
        }

        // RFC 9162, 2.1.4.2: both roots grow out of the largest subtree that ends where the earlier tree does. If that is the whole
        // earlier tree, the path does not repeat its root.
        var levels = BitOperations.TrailingZeroCount(oldSize);
        var (position, last) = ((oldSize - 1) >> levels, (newSize - 1) >> levels);
        var rest = path;
        var start = oldRoot;
        if (position > 0)
        {
            if (rest.IsEmpty)
            {
                return false;
            }

            start = rest[0];
            rest = rest[1..];
        }

        var (old, whole) = (start, start);
        foreach (ref readonly var sibling in rest)
        {
            if (last == 0)
            {
                return false;
            }

            if ((position & 1) == 1 || position == last)
            {
                old = TreeHash.Node(sibling, old);
                whole = TreeHash.Node(sibling, whole);
                while ((position & 1) == 0 && position != 0)
                {
                    (position, last) = (position >> 1, last >> 1);
                }
            }
            else
            {
                whole = TreeHash.Node(whole, sibling);
            }

            (position, last) = (position >> 1, last >> 1);
        }

        return last == 0 && old == oldRoot && whole == newRoot;
    }
}
