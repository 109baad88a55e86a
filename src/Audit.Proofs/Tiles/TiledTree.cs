using System.Numerics;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Tiles;

/// <summary>
/// The tree of a log, read from its hash tiles: any root and any proof up to a size, at the cost of a few tiles. What it says is only as good
/// as the tiles; a checkpoint's root tells whether they are.
/// </summary>
/// <param name="tiles">The tiles.</param>
/// <param name="size">Leaves of the tree that the tiles stand for.</param>
public sealed class TiledTree(IHashTiles tiles, ulong size)
{
    private readonly Dictionary<TileAddress, ReadOnlyMemory<byte>> _read = [];

    /// <summary>Leaves of the whole tree.</summary>
    public ulong Size => size;

    /// <summary>The root of the tree of the first leaves.</summary>
    /// <param name="leaves">At most <see cref="Size"/>.</param>
    /// <exception cref="InvalidDataException">A tile has another length than its name says.</exception>
    public Digest Root(ulong leaves)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leaves, size);
        return leaves == 0 ? TreeHash.Empty : Hash(0, leaves);
    }

    /// <summary>The hash of a leaf.</summary>
    public Digest LeafHash(ulong index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        return Perfect(0, index);
    }

    /// <summary>RFC 6962, 2.1.1: from a leaf to the root of the tree of the first <paramref name="leaves"/>, lowest sibling first.</summary>
    public IReadOnlyList<Digest> InclusionPath(ulong index, ulong leaves)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leaves, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves);
        var path = new List<Digest>();
        var (start, end) = (0UL, leaves);
        while (end - start > 1)
        {
            var middle = start + LargestPowerBelow(end - start);
            if (index < middle)
            {
                path.Add(Hash(middle, end));
                end = middle;
            }
            else
            {
                path.Add(Hash(start, middle));
                start = middle;
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>RFC 6962, 2.1.2: from the tree of the first <paramref name="oldLeaves"/> to that of the first <paramref name="newLeaves"/>.</summary>
    public IReadOnlyList<Digest> ConsistencyPath(ulong oldLeaves, ulong newLeaves)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newLeaves, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldLeaves, newLeaves);
        var path = new List<Digest>();
        if (oldLeaves == 0 || oldLeaves == newLeaves)
        {
            return path;
        }

        var (start, end) = (0UL, newLeaves);
        while (end != oldLeaves)
        {
            var middle = start + LargestPowerBelow(end - start);
            if (oldLeaves <= middle)
            {
                path.Add(Hash(middle, end));
                end = middle;
            }
            else
            {
                path.Add(Hash(start, middle));
                start = middle;
            }
        }

        // The subtree in which the earlier tree ends; whoever has that tree's root knows it already if it is all of it.
        if (start > 0)
        {
            path.Add(Hash(start, end));
        }

        path.Reverse();
        return path;
    }

    private static ulong LargestPowerBelow(ulong count) => 1UL << BitOperations.Log2(count - 1);

    /// <summary>The hash of leaves [start, end) of a tree whose splits end at both.</summary>
    private Digest Hash(ulong start, ulong end)
    {
        var count = end - start;
        if (BitOperations.IsPow2(count))
        {
            var height = BitOperations.Log2(count);
            return Perfect(height, start >> height);
        }

        var middle = start + LargestPowerBelow(count);
        return TreeHash.Node(Hash(start, middle), Hash(middle, end));
    }

    /// <summary>The n-th node of a height: a hash of a tile, or what hashes of one tile come to.</summary>
    private Digest Perfect(int height, ulong index)
    {
        var (level, above) = (height / TileAddress.Height, height % TileAddress.Height);
        var first = index << above;
        var tile = TileAddress.Holding(level, first + (1UL << above) - 1, size);
        var hashes = Tile(tile).Span;
        var at = (int)(first - (tile.Index * TileAddress.FullWidth));
        Span<Digest> row = stackalloc Digest[1 << above];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = new Digest(hashes.Slice((at + i) * Digest.Size, Digest.Size));
        }

        for (; row.Length > 1; row = row[..(row.Length / 2)])
        {
            for (var i = 0; i < row.Length / 2; i++)
            {
                row[i] = TreeHash.Node(row[2 * i], row[(2 * i) + 1]);
            }
        }

        return row[0];
    }

    private ReadOnlyMemory<byte> Tile(TileAddress address)
    {
        if (_read.TryGetValue(address, out var bytes))
        {
            return bytes;
        }

        bytes = tiles.Read(address);
        if (bytes.Length % Digest.Size != 0 || bytes.Length < address.Width * Digest.Size || bytes.Length > TileAddress.FullWidth * Digest.Size)
        {
            throw new InvalidDataException($"{address} has {bytes.Length} bytes; {address.Width} hashes take {address.Width * Digest.Size}.");
        }

        _read[address] = bytes;
        return bytes;
    }
}
