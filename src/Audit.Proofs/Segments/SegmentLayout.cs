using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Exchange.Audit.Proofs.Segments;

/// <summary>Names and measures of segment files. docs/audit-format.md has the layout byte for byte.</summary>
public static class SegmentLayout
{
    /// <summary>
    /// Groups begin on sectors. So an append never touches a sector that holds acknowledged bytes, and a sector that a power loss kept
    /// from the disk shows as zeros.
    /// </summary>
    public const int SectorBytes = 512;

    /// <summary>The header's room at the front of a segment; a fixed size, so that writing one again leaves nothing of the first.</summary>
    public const int HeaderBytes = 4096;

    /// <summary>Largest segment that is ever written.</summary>
    public const int MaximumSegmentBytes = 1 << 30;

    /// <summary>Largest group on disk, padding included: what a reader must be able to hold in memory.</summary>
    public const int MaximumGroupBytes = 1024 * 1024;

    /// <summary>Most entries in a group.</summary>
    public const int MaximumGroupEntries = 4096;

    /// <summary>Smallest bound on a group's bytes: the longest entry alone fits.</summary>
    public const int MinimumGroupBytes = 130 * SectorBytes;

    private const string Suffix = ".segment";
    private const int Digits = 20;

    /// <summary>The file name of a segment: its first index as 20 decimal digits, so that names sort as the log runs.</summary>
    public static string FileName(ulong firstIndex) => firstIndex.ToString("D20", CultureInfo.InvariantCulture) + Suffix;

    /// <summary>Reads a segment's file name.</summary>
    public static bool TryParseFileName([NotNullWhen(true)] string? name, out ulong firstIndex)
    {
        firstIndex = 0;
        return name is { Length: 28 }
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && ulong.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out firstIndex);
    }

    internal static int RoundUpToSector(int bytes) => (bytes + SectorBytes - 1) & ~(SectorBytes - 1);
}
