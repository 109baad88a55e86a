using System.Globalization;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tiles;

/// <summary>
/// The files of the tree's hashes, <c>level-0</c> and up: 32 bytes a hash, one behind another, so that a tile is a slice. Each full tile's root is
/// a hash of the level above. Written by one thread at a time, read by any.
/// </summary>
internal sealed class HashLevels(ILogStorage storage) : IDisposable
{
    internal const int TileBytes = TileAddress.FullWidth * Digest.Size;

    private const int Highest = sizeof(ulong) - 1; // Eight bits of the size a level.

    private readonly ILogFile?[] _files = new ILogFile?[Highest + 1];
    private readonly Level[] _levels = [.. Enumerable.Range(0, Highest + 1).Select(_ => new Level())];

    /// <summary>Leaves whose hashes, with those above them, have been written.</summary>
    internal ulong Size { get; private set; }

    /// <summary>Opens what is there and says of how many leaves it holds the hash; whether they are right is another matter.</summary>
    internal ulong Open()
    {
        var names = storage.List();
        for (var level = 0; level < _files.Length; level++)
        {
            _files[level] = names.Contains(NameOf(level)) ? storage.Open(NameOf(level)) : null;
        }

        return (ulong)(_files[0]?.Length ?? 0) / Digest.Size;
    }

    /// <summary>Goes on behind the first leaves, whose hashes the files hold; what stands behind them is cut off.</summary>
    /// <exception cref="IOException">The files are shorter, or fail.</exception>
    internal void Restore(ulong size, ulong keep)
    {
        var tile = new byte[TileBytes];
        for (var number = 0; number <= Highest; number++)
        {
            var (hashes, kept) = (HashesAt(number, size), HashesAt(number, keep));
            if (_files[number] is { } file && file.Length > (long)kept * Digest.Size)
            {
                file.SetLength((long)kept * Digest.Size);
            }

            var width = (int)(hashes % TileAddress.FullWidth);
            ReadAt(number, hashes - (ulong)width, tile.AsSpan(0, width * Digest.Size));
            _levels[number].Begin(hashes);
            for (var i = 0; i < width; i++)
            {
                _levels[number].Tile.Append(new Digest(tile.AsSpan(i * Digest.Size, Digest.Size)));
            }
        }

        Size = size;
    }

    /// <summary>Writes the hashes of the next leaves, and those above them that are complete now.</summary>
    /// <exception cref="IOException">They could not be written. The same leaves may be tried again.</exception>
    internal void Append(ReadOnlySpan<Digest> leaves)
    {
        try
        {
            foreach (var leaf in leaves)
            {
                var hash = leaf;
                for (var level = 0; _levels[level].Push(hash) is { } root; level++)
                {
                    hash = root;
                }
            }

            // From the top: whoever finds a leaf's hash in the lowest file finds those above it, too.
            for (var number = Highest; number >= 0; number--)
            {
                var level = _levels[number];
                if (level.Unwritten.Count > 0)
                {
                    FileOf(number).Write((long)level.Written * Digest.Size, level.Unwritten.Bytes);
                    level.MarkWritten();
                }
            }

            Size += (ulong)leaves.Length;
        }
        catch (IOException)
        {
            // The levels in memory are ahead of the files: back to what is there for certain.
            Restore(Size, Size);
            throw;
        }
    }

    /// <summary>Reads hashes of a level.</summary>
    /// <exception cref="IOException">They are not there, or cannot be read.</exception>
    internal void ReadAt(int level, ulong first, Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        if (Volatile.Read(ref _files[level])?.Read((long)first * Digest.Size, destination) != destination.Length)
        {
            throw new IOException($"{NameOf(level)} in {storage.Location} is shorter than it was: hash {first} is not there.");
        }
    }

    /// <summary>Makes everything so far durable.</summary>
    /// <exception cref="IOException">It could not be made durable; do not ask again, the system may have dropped what it could not write.</exception>
    internal void Sync()
    {
        foreach (var file in _files)
        {
            file?.Sync();
        }
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file?.Dispose();
        }
    }

    private static ulong HashesAt(int level, ulong size) => size >> (level * TileAddress.Height);

    private static string NameOf(int level) => "level-" + level.ToString(CultureInfo.InvariantCulture);

    private ILogFile FileOf(int level)
    {
        if (_files[level] is { } file)
        {
            return file;
        }

        file = storage.Create(NameOf(level), 0);
        Volatile.Write(ref _files[level], file);
        return file;
    }

    /// <summary>A level's unfinished tile, and what of the level is not in the file yet.</summary>
    private sealed class Level
    {
        internal CompactRange Tile { get; } = new();

        internal HashList Unwritten { get; } = new();

        internal ulong Written { get; private set; }

        internal void Begin(ulong hashes)
        {
            Tile.Clear();
            Unwritten.Clear();
            Written = hashes;
        }

        internal void MarkWritten()
        {
            Written += (ulong)Unwritten.Count;
            Unwritten.Clear();
        }

        /// <summary>Adds a hash; the tile's root if it is full now.</summary>
        internal Digest? Push(in Digest hash)
        {
            Unwritten.Add(hash);
            Tile.Append(hash);
            if (Tile.Size < TileAddress.FullWidth)
            {
                return null;
            }

            var root = Tile.Root;
            Tile.Clear();
            return root;
        }
    }

    /// <summary>Hashes as they will stand in a file.</summary>
    private sealed class HashList
    {
        private byte[] _bytes = new byte[TileBytes];

        internal int Count { get; private set; }

        internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Count * Digest.Size);

        internal void Add(in Digest hash)
        {
            if ((Count + 1) * Digest.Size > _bytes.Length)
            {
                Array.Resize(ref _bytes, 2 * _bytes.Length);
            }

            hash.CopyTo(_bytes.AsSpan(Count++ * Digest.Size));
        }

        internal void Clear() => Count = 0;
    }
}
