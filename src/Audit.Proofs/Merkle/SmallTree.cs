using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Merkle;

/// <summary>A whole RFC 6962 tree in memory: a group commit's batch. Built once, then read by many callers at once.</summary>
public sealed class SmallTree
{
    private readonly Digest[][] _levels;

    /// <summary>Builds the tree over at least one leaf hash.</summary>
    /// <exception cref="ArgumentException">There are no leaves.</exception>
    public SmallTree(ReadOnlySpan<Digest> leafHashes)
    {
        if (leafHashes.IsEmpty)
        {
            throw new ArgumentException("A batch has at least one leaf.", nameof(leafHashes));
        }

        var levels = new List<Digest[]> { leafHashes.ToArray() };
        while (levels[^1].Length > 1)
        {
            var below = levels[^1];
            var level = new Digest[(below.Length + 1) / 2];
            for (var i = 0; i < below.Length / 2; i++)
            {
                level[i] = TreeHash.Node(below[2 * i], below[(2 * i) + 1]);
            }

            // A last node without a sibling moves up as it is: the shape that RFC 6962's split at a power of two gives.
            if ((below.Length & 1) == 1)
            {
                level[^1] = below[^1];
            }

            levels.Add(level);
        }

        _levels = [.. levels];
    }

    /// <summary>Number of leaves.</summary>
    public int Size => _levels[0].Length;

    /// <summary>The root.</summary>
    public Digest Root => _levels[^1][0];

    /// <summary>Writes the inclusion path of a leaf, lowest sibling first, and returns its length (at most ⌈log2 size⌉, 32).</summary>
    public int CopyPath(int position, Span<Digest> destination)
    {
        var length = 0;
        for (var level = 0; level < _levels.Length - 1; level++)
        {
            var sibling = position ^ 1;
            if (sibling < _levels[level].Length)
            {
                destination[length++] = _levels[level][sibling];
            }

            position >>= 1;
        }

        return length;
    }
}
