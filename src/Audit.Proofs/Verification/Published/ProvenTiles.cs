using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification.Published;

/// <summary>
/// The hash tiles of a published log, each shown to lead to the checkpoint's root before anything is believed of it: the right edge makes the
/// root, and a full tile's own root is a hash of the tile above it. Memory is a tile or two a level.
/// </summary>
internal sealed class ProvenTiles(IPublishedFiles files, ulong size) : IHashTiles
{
    private const int MaximumBytes = TileAddress.FullWidth * Digest.Size;

    private readonly Dictionary<int, (TileAddress Tile, ReadOnlyMemory<byte> Bytes)> _latest = [];
    private readonly CompactRange _tree = new();

    /// <summary>Whether the tiles of the right edge make the root.</summary>
    internal bool HaveRoot(in Digest root) => new TiledTree(new Raw(this), size).Root(size) == root;

    /// <summary>A proven tile.</summary>
    /// <exception cref="BadTileException">It is not there, has another length, or does not lead to the root.</exception>
    public ReadOnlyMemory<byte> Read(TileAddress tile)
    {
        if (_latest.TryGetValue(tile.Level, out var latest) && latest.Tile == tile)
        {
            return latest.Bytes;
        }

        var bytes = ReadRaw(tile);
        if (tile.IsFull)
        {
            var parent = TileAddress.Holding(tile.Level + 1, tile.Index, size);
            var at = (int)(tile.Index % TileAddress.FullWidth) * Digest.Size;
            if (Root(bytes.Span) != new Digest(Read(parent).Span.Slice(at, Digest.Size)))
            {
                throw new BadTileException(tile, $"{tile} does not have the root that stands for it in {parent}");
            }
        }

        _latest[tile.Level] = (tile, bytes);
        return bytes;
    }

    /// <summary>Proves all tiles above level 0.</summary>
    internal void ProveUpperLevels()
    {
        // Not even the names of the lowest level are gone through: a checkpoint may claim any size.
        for (var level = 1; TileAddress.HashesAt(level, size) is > 0 and var hashes; level++)
        {
            for (var position = 0UL; position < hashes; position += TileAddress.FullWidth)
            {
                Read(TileAddress.Holding(level, position, size));
            }
        }
    }

    private Digest Root(ReadOnlySpan<byte> hashes)
    {
        _tree.Clear();
        for (; !hashes.IsEmpty; hashes = hashes[Digest.Size..])
        {
            _tree.Append(new Digest(hashes[..Digest.Size]));
        }

        return _tree.Root;
    }

    private ReadOnlyMemory<byte> ReadRaw(TileAddress tile)
    {
        var bytes = files.Read(tile.Path, MaximumBytes)
            ?? (tile.IsFull ? null : files.Read((tile with { Width = TileAddress.FullWidth }).Path, MaximumBytes)) // It has grown full meanwhile.
            ?? throw new BadTileException(tile, $"{tile} is missing");
        var wanted = tile.Width * Digest.Size;
        return bytes.Length >= wanted && (bytes.Length == wanted || !tile.IsFull)
            ? bytes[..wanted]
            : throw new BadTileException(tile, $"{tile} has {bytes.Length} bytes; {tile.Width} hashes take {wanted}");
    }

    private sealed class Raw(ProvenTiles tiles) : IHashTiles
    {
        public ReadOnlyMemory<byte> Read(TileAddress tile) => tiles.ReadRaw(tile);
    }
}

/// <summary>A tile that proves nothing.</summary>
/// <param name="tile">Which.</param>
/// <param name="message">Why.</param>
internal sealed class BadTileException(TileAddress tile, string message) : IOException(message)
{
    internal TileAddress Tile { get; } = tile;

    /// <summary>The first entry below it.</summary>
    internal ulong FirstEntry => Tile.Index << (TileAddress.Height * (Tile.Level + 1));
}
