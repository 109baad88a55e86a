using Exchange.Audit.Proofs.Merkle;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Tiles;

/// <summary>
/// Cuts the hash tiles of a growing log out of its leaf hashes: a full tile goes to the sink when its last hash comes, and its root to the level
/// above. Memory is one unfinished tile a level.
/// </summary>
/// <param name="sink">Takes each full tile; its bytes are valid during the call.</param>
public sealed class TileBuilder(Action<TileAddress, ReadOnlyMemory<byte>> sink)
{
    private readonly List<Level> _levels = [];

    /// <summary>Leaves so far.</summary>
    public ulong Size { get; private set; }

    /// <summary>Adds the next leaf.</summary>
    public void Append(in Digest leafHash)
    {
        var hash = leafHash;
        Size++;
        for (var level = 0; Push(level, hash) is { } root; level++)
        {
            hash = root;
        }
    }

    /// <summary>The tiles that are not full yet, lowest level first: with the full ones they are the tree as it stands.</summary>
    public IEnumerable<(TileAddress Address, ReadOnlyMemory<byte> Bytes)> Partial()
    {
        for (var level = 0; level < _levels.Count; level++)
        {
            var (index, width, bytes) = (_levels[level].Index, _levels[level].Width, _levels[level].Bytes);
            if (width > 0)
            {
                yield return (new(level, index, width), bytes.AsMemory(0, width * Digest.Size));
            }
        }
    }

    /// <summary>Puts a hash into the tile of a level; the tile's root if it is full now.</summary>
    private Digest? Push(int number, in Digest hash)
    {
        if (number == _levels.Count)
        {
            _levels.Add(new Level());
        }

        var level = _levels[number];
        hash.CopyTo(level.Bytes.AsSpan(level.Width * Digest.Size));
        level.Tree.Append(hash);
        if (++level.Width < TileAddress.FullWidth)
        {
            return null;
        }

        sink(new(number, level.Index, TileAddress.FullWidth), level.Bytes);
        var root = level.Tree.Root;
        level.Tree.Clear();
        (level.Index, level.Width) = (level.Index + 1, 0);
        return root;
    }

    private sealed class Level
    {
        public byte[] Bytes { get; } = new byte[TileAddress.FullWidth * Digest.Size];

        public CompactRange Tree { get; } = new();

        public ulong Index { get; set; }

        public int Width { get; set; }
    }
}
