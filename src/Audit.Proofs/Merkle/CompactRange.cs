using System.Buffers.Binary;
using System.Numerics;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Merkle;

/// <summary>
/// An RFC 6962 tree that only grows, kept as the roots of its perfect subtrees: one for each bit of its size, largest first. That is
/// all a log needs to know of the entries before in order to append and to state its root.
/// </summary>
public sealed class CompactRange
{
    /// <summary>Longest serialisation in bytes: a subtree for each bit of a u64 size.</summary>
    public const int MaximumBytes = sizeof(ulong) + (MaximumSubtrees * Digest.Size);

    private const int MaximumSubtrees = 64;

    private readonly Digest[] _subtrees = new Digest[MaximumSubtrees];
    private int _count;

    /// <summary>Number of leaves.</summary>
    public ulong Size { get; private set; }

    /// <summary>Length of the serialisation in bytes.</summary>
    public int SerializedBytes => sizeof(ulong) + (_count * Digest.Size);

    /// <summary>The root of the whole tree.</summary>
    public Digest Root
    {
        get
        {
            if (_count == 0)
            {
                return TreeHash.Empty;
            }

            var root = _subtrees[_count - 1];
            for (var i = _count - 2; i >= 0; i--)
            {
                root = TreeHash.Node(_subtrees[i], root);
            }

            return root;
        }
    }

    /// <summary>Adds a leaf; every pair of equal subtrees that this makes becomes one.</summary>
    public void Append(in Digest leafHash) => Append(leafHash, 0);

    /// <summary>Adds the root of a perfect subtree of 2^<paramref name="height"/> leaves; <see cref="Size"/> must be a multiple of that number.</summary>
    public void Append(in Digest subtree, int height)
    {
        var hash = subtree;
        for (var size = Size >> height; (size & 1) == 1; size >>= 1)
        {
            hash = TreeHash.Node(_subtrees[--_count], hash);
        }

        _subtrees[_count++] = hash;
        Size += 1UL << height;
    }

    /// <summary>The same tree, to grow on its own.</summary>
    public CompactRange Copy()
    {
        var copy = new CompactRange { Size = Size, _count = _count };
        _subtrees.AsSpan(0, _count).CopyTo(copy._subtrees);
        return copy;
    }

    /// <summary>Back to the tree without leaves.</summary>
    public void Clear() => (Size, _count) = (0, 0);

    /// <summary>Writes <c>u64 size ‖ subtree roots, largest first</c> and returns the length.</summary>
    public int Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Size);
        for (var i = 0; i < _count; i++)
        {
            _subtrees[i].CopyTo(destination[(sizeof(ulong) + (i * Digest.Size))..]);
        }

        return SerializedBytes;
    }

    /// <summary>Reads what <see cref="Write"/> wrote from the front of the bytes; false when they end too early.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out CompactRange range)
    {
        range = new CompactRange();
        if (source.Length < sizeof(ulong))
        {
            return false;
        }

        var size = BinaryPrimitives.ReadUInt64BigEndian(source);
        var count = BitOperations.PopCount(size);
        if (source.Length < sizeof(ulong) + (count * Digest.Size))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            range._subtrees[i] = new Digest(source.Slice(sizeof(ulong) + (i * Digest.Size), Digest.Size));
        }

        (range.Size, range._count) = (size, count);
        return true;
    }
}
