using Exchange.Audit.Proofs.Segments;
using Exchange.Vocabulary;

namespace Exchange.Audit.Queries;

/// <summary>
/// A file of the index, for 65,536 entries; disposable, made for this machine, and so in its own byte order:
/// <code>
///   head      magic ‖ u64 first index ‖ leaf hash of the last entry ‖ u32 bytes of the names ‖ u32 CRC-32C of each column ‖ u32 CRC-32C of head and names
///   names     for each of the four columns of names: u16 number, then u16 length ‖ UTF-8
///   columns   kind u8, outcome u16, consumer, provider, dataset, purpose u16 each, the first four bytes of the transfer id u32
/// </code>
/// The leaf hash ties it to the log: an index that was left over from another log is stale.
/// </summary>
internal static class IndexLayout
{
    internal const int Entries = 65_536;
    internal const int Columns = 7;
    internal const int NameColumns = 4;
    internal const int Kind = 0;
    internal const int Outcome = 1;
    internal const int FirstNameColumn = 2;
    internal const int Transfer = Columns - 1;

    internal const int FirstIndexAt = 8;
    internal const int LeafAt = 16;
    internal const int NamesBytesAt = LeafAt + Digest.Size;
    internal const int ColumnChecksAt = NamesBytesAt + sizeof(uint);
    internal const int CheckAt = ColumnChecksAt + (Columns * Crc32C.Size);
    internal const int HeadBytes = CheckAt + Crc32C.Size;

    /// <summary>No name; and a name for which there was no code left, which may be any.</summary>
    internal const ushort Absent = 0;
    internal const ushort Any = ushort.MaxValue;

    internal static ReadOnlySpan<byte> Magic => "EXCHIDX\u0001"u8;

    /// <summary>Bytes of an entry in a column.</summary>
    internal static int Width(int column) => column switch
    {
        0 => 1,
        Columns - 1 => 4,
        _ => 2,
    };

    /// <summary>Where a column begins, behind the names.</summary>
    internal static int Offset(int column)
    {
        var offset = 0;
        for (var before = 0; before < column; before++)
        {
            offset += Width(before) * Entries;
        }

        return offset;
    }
}
