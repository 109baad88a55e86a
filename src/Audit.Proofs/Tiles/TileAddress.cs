using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Exchange.Audit.Proofs.Tiles;

/// <summary>
/// Names a tile of hashes or a bundle of entries as tlog-tiles does (c2sp.org/tlog-tiles): <c>tile/0/x001/x234/067.p/8</c>,
/// <c>tile/entries/000</c>.
/// </summary>
/// <param name="Level">0: leaf hashes; n: the roots of the full tiles of level n - 1; <see cref="Entries"/>: entries instead of hashes.</param>
/// <param name="Index">The place within the level.</param>
/// <param name="Width">Hashes or entries in it, 1 to 256; fewer than 256 only at the end of the tree.</param>
public readonly record struct TileAddress(int Level, ulong Index, int Width)
{
    /// <summary>Hashes of a full tile, entries of a full bundle.</summary>
    public const int FullWidth = 256;

    /// <summary>Levels of the tree that one tile spans.</summary>
    public const int Height = 8;

    /// <summary>The level that stands for bundles of entries.</summary>
    public const int Entries = -1;

    /// <summary>The highest level that the format knows; no tree of 2^64 leaves reaches beyond the seventh.</summary>
    public const int MaximumLevel = 63;

    private const string Root = "tile/";
    private const string EntriesName = "entries";
    private const int Digits = 3;
    private const ulong Step = 1000;

    /// <summary>Whether it is as wide as can be, and so never changes.</summary>
    public bool IsFull => Width == FullWidth;

    /// <summary>The path under the log's prefix, with slashes.</summary>
    public string Path
    {
        get
        {
            var name = PathNumber.Of(Index);
            var level = Level == Entries ? EntriesName : Level.ToString(CultureInfo.InvariantCulture);
            return IsFull ? $"{Root}{level}/{name}" : string.Create(CultureInfo.InvariantCulture, $"{Root}{level}/{name}.p/{Width}");
        }
    }

    /// <summary>The tile of a level that holds the n-th hash of that level, as wide as it is in a tree of this size.</summary>
    /// <param name="level">The level, or <see cref="Entries"/>.</param>
    /// <param name="position">Which hash of the level, or which entry; below the number that the tree has.</param>
    /// <param name="size">The tree's leaves.</param>
    public static TileAddress Holding(int level, ulong position, ulong size)
    {
        var index = position / FullWidth;
        var hashes = level == Entries ? size : HashesAt(level, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, hashes);
        return new(level, index, (int)Math.Min(FullWidth, hashes - (index * FullWidth)));
    }

    /// <summary>The tiles and bundles that a tree of this size has and that of an earlier size has not, lowest level first; bundles last.</summary>
    public static IEnumerable<TileAddress> Between(ulong oldSize, ulong newSize)
    {
        for (var level = 0; HashesAt(level, newSize) > 0; level++)
        {
            foreach (var tile in Between(level, HashesAt(level, oldSize), HashesAt(level, newSize)))
            {
                yield return tile;
            }
        }

        foreach (var bundle in Between(Entries, oldSize, newSize))
        {
            yield return bundle;
        }
    }

    /// <summary>Reads a path; false when it is not written exactly so.</summary>
    public static bool TryParse([NotNullWhen(true)] string? path, out TileAddress address)
    {
        address = default;
        if (path is null || !path.StartsWith(Root, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = path[Root.Length..].Split('/');
        var width = FullWidth;
        if (parts.Length > 2 && parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!TryNumber(parts[^1], out width) || width is 0 or >= FullWidth)
            {
                return false;
            }

            parts = [.. parts[..^2], parts[^2][..^2]];
        }

        var level = Entries;
        if (parts.Length < 2 || (parts[0] != EntriesName && (!TryNumber(parts[0], out level) || level > MaximumLevel)))
        {
            return false;
        }

        UInt128 index = 0;
        for (var i = 1; i < parts.Length; i++)
        {
            var digits = i == parts.Length - 1 ? parts[i] : parts[i].StartsWith('x') ? parts[i][1..] : string.Empty;
            if (digits.Length != Digits || !digits.All(char.IsAsciiDigit) || (parts.Length > 2 && i == 1 && digits == "000"))
            {
                return false;
            }

            index = (index * Step) + ulong.Parse(digits, CultureInfo.InvariantCulture);
            if (index > ulong.MaxValue)
            {
                return false;
            }
        }

        address = new(level, (ulong)index, width);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    /// <summary>How many hashes a level has in a tree of this size: the full tiles of the level below.</summary>
    public static ulong HashesAt(int level, ulong size) => level * Height < sizeof(ulong) * 8 ? size >> (level * Height) : 0;

    private static IEnumerable<TileAddress> Between(int level, ulong oldHashes, ulong newHashes)
    {
        for (var index = oldHashes / FullWidth; index * FullWidth < newHashes; index++)
        {
            var width = (int)Math.Min(FullWidth, newHashes - (index * FullWidth));
            if ((index * FullWidth) + (ulong)width > oldHashes)
            {
                yield return new(level, index, width);
            }
        }
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (text.Length == 1 || text[0] != '0');
}
