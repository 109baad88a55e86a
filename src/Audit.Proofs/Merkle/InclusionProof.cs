using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Merkle;

/// <summary>RFC 6962, section 2.1.1: from a leaf hash and a path to the root.</summary>
public static class InclusionProof
{
    /// <summary>
    /// The root that a leaf at <paramref name="index"/> of a tree of <paramref name="size"/> leaves has with this path, lowest sibling
    /// first; false when index, size and path length do not fit together.
    /// </summary>
    public static bool TryComputeRoot(in Digest leafHash, ulong index, ulong size, ReadOnlySpan<Digest> path, out Digest root)
    {
        root = default;
        if (index >= size)
        {
            return false;
        }

        // RFC 9162, 2.1.3.2: walk up from the leaf; a node that is last and alone on its level moves up without a sibling.
        var hash = leafHash;
        var position = index;
        var last = size - 1;
        foreach (ref readonly var sibling in path)
        {
            if (last == 0)
            {
                return false;
            }

            if ((position & 1) == 1 || position == last)
            {
                hash = TreeHash.Node(sibling, hash);
                while ((position & 1) == 0 && position != 0)
                {
                    position >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = TreeHash.Node(hash, sibling);
            }

            position >>= 1;
            last >>= 1;
        }

        root = hash;
        return last == 0;
    }
}
