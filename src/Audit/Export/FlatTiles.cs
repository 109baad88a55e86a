using System.Globalization;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Reading;
using Exchange.Vocabulary;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Audit.Export;

/// <summary>
/// Hash tiles in flat files, one a level, in which a tile is a slice: <c>level-0</c> holds the leaf hashes one after another, <c>level-1</c> the
/// roots of their full tiles, and so on. Read-only, beside whoever writes them; safe for many readers at once.
/// </summary>
/// <param name="folder">The folder with the files.</param>
public sealed class FlatTiles(string folder) : IHashTiles, IDisposable
{
    private const int TileBytes = TileAddress.FullWidth * Digest.Size;

    private readonly SafeFileHandle?[] _levels = new SafeFileHandle?[TileAddress.MaximumLevel + 1];
    private readonly Lock _gate = new();

    /// <summary>Name of a level's file.</summary>
    public static string FileName(int level) => string.Create(CultureInfo.InvariantCulture, $"level-{level}");

    /// <summary>Whether all leaf hashes of a tree of this size are here.</summary>
    public bool Has(ulong size) => File.Exists(PathOf(0)) && (ulong)RandomAccess.GetLength(Open(0)) >= size * Digest.Size;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(TileAddress tile)
    {
        var bytes = new byte[tile.Width * Digest.Size];
        return OpenFile.Read(Open(tile.Level), (long)tile.Index * TileBytes, bytes) == bytes.Length ? bytes : throw new IOException($"{PathOf(tile.Level)} ends before {tile}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var level in _levels)
        {
            level?.Dispose();
        }
    }

    private SafeFileHandle Open(int level)
    {
        lock (_gate)
        {
            return _levels[level] ??= File.OpenHandle(PathOf(level), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
    }

    private string PathOf(int level) => Path.Combine(folder, FileName(level));
}
