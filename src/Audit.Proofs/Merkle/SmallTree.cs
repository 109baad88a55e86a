using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Merkle;

/// <summary>A whole RFC 6962 tree in memory: a group commit's batch. Built once, then read by many callers at once.</summary>
public sealed class SmallTree
{
    // The leaves, then level by level what is above them, the root last.
    private readonly Digest[] _nodes;

    /// <summary>Builds the tree over at least one leaf hash.</summary>
    /// <exception cref="ArgumentException">There are no leaves.</exception>
    public SmallTree(ReadOnlySpan<Digest> leafHashes)
    {
        if (leafHashes.IsEmpty)
        {
            throw new ArgumentException("A batch has at least one leaf.", nameof(leafHashes));
        }

        Size = leafHashes.Length;
        _nodes = new Digest[NodesOf(Size)];
        leafHashes.CopyTo(_nodes);
        for (var (below, width) = (0, Size); width > 1; (below, width) = (below + width, Above(width)))
        {
            var level = below + width;
            for (var i = 0; i < width / 2; i++)
            {
                _nodes[level + i] = TreeHash.Node(_nodes[below + (2 * i)], _nodes[below + (2 * i) + 1]);
            }

            // A last node without a sibling moves up as it is: the shape that RFC 6962's split at a power of two gives.
            if ((width & 1) == 1)
            {
                _nodes[level + (width / 2)] = _nodes[level - 1];
            }
        }
    }

    /// <summary>Number of leaves.</summary>
    public int Size { get; }

    /// <summary>The root.</summary>
    public Digest Root => _nodes[^1];

    /// <summary>Writes the inclusion path of a leaf, lowest sibling first, and returns its length (at most ⌈log2 size⌉, 32).</summary>
    public int CopyPath(int position, Span<Digest> destination)
    {
        var length = 0;
        for (var (level, width) = (0, Size); width > 1; (level, width) = (level + width, Above(width)))
        {
            var sibling = position ^ 1;
            if (sibling < width)
            {
                destination[length++] = _nodes[level + sibling];
            }

            position >>= 1;
        }

        return length;
    }

    private static int Above(int width) => (width + 1) / 2;

    private static int NodesOf(int leaves)
    {
        var nodes = leaves;
        for (var width = leaves; width > 1;)
        {
            width = Above(width);
            nodes += width;
        }

        return nodes;
    }
}
