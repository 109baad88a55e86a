using System.Buffers.Binary;

namespace Exchange.Audit.Proofs.Segments;

/// <summary>The front of a group: <c>magic ‖ u32 count ‖ u64 first index ‖ u32 bytes of entries ‖ u32 CRC-32C</c> of the 20 bytes before.</summary>
/// <param name="FirstIndex">Index of the group's first entry.</param>
/// <param name="Count">Number of entries.</param>
/// <param name="EntriesBytes">Bytes of the entries with their length prefixes.</param>
public readonly record struct GroupHeader(ulong FirstIndex, int Count, int EntriesBytes)
{
    /// <summary>Width in bytes.</summary>
    public const int Size = 24;

    private const int CheckAt = Size - Crc32C.Size;

    /// <summary>Bytes of the group on disk, up to a whole sector.</summary>
    public int ExtentBytes => SegmentLayout.RoundUpToSector(Size + EntriesBytes + GroupTrailer.Size);

    private static ReadOnlySpan<byte> Magic => "EXGB"u8;

    internal void Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], (uint)Count);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], FirstIndex);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], (uint)EntriesBytes);
        BinaryPrimitives.WriteUInt32BigEndian(destination[CheckAt..], Crc32C.Compute(destination[..CheckAt]));
    }

    /// <summary>Reads a header; false when these bytes are none, or when it names a group that no writer makes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out GroupHeader header)
    {
        header = default;
        if (source.Length < Size || !source.StartsWith(Magic) || BinaryPrimitives.ReadUInt32BigEndian(source[CheckAt..]) != Crc32C.Compute(source[..CheckAt]))
        {
            return false;
        }

        var count = BinaryPrimitives.ReadUInt32BigEndian(source[4..]);
        var bytes = BinaryPrimitives.ReadUInt32BigEndian(source[16..]);
        if (count is 0 or > SegmentLayout.MaximumGroupEntries || bytes > SegmentLayout.MaximumGroupBytes - Size - GroupTrailer.Size)
        {
            return false;
        }

        header = new GroupHeader(BinaryPrimitives.ReadUInt64BigEndian(source[8..]), (int)count, (int)bytes);
        return true;
    }
}
