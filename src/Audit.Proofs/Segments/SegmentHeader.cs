using System.Buffers.Binary;
using System.Text;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Segments;

/// <summary>
/// The front of a segment: which log, which entries, and everything that appending and verifying need of the entries before, so that a
/// start reads one segment only.
/// </summary>
public sealed record SegmentHeader
{
    /// <summary>Version of the format, and the one that this code reads.</summary>
    public const uint Version = 1;

    private const int MaximumOriginBytes = 255;

    /// <summary>The log's name, at most 255 bytes.</summary>
    public required string Origin { get; init; }

    /// <summary>Length of the preallocated file: a shorter one has been cut.</summary>
    public required long FileBytes { get; init; }

    /// <summary>First index of the segment before; the log's first segment names itself.</summary>
    public required ulong PreviousFirstIndex { get; init; }

    /// <summary>The log before this segment's first entry. Who reads on moves it forward.</summary>
    public required LogState Before
    {
        get;
        init
        {
            field = value;
            FirstIndex = value.Size;
        }
    }

    /// <summary>Index of this segment's first entry.</summary>
    public ulong FirstIndex { get; private init; }

    private static ReadOnlySpan<byte> Magic => "EXCHLOG\n"u8;

    /// <summary>Writes <see cref="SegmentLayout.HeaderBytes"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        destination[..SegmentLayout.HeaderBytes].Clear();
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Version);
        BinaryPrimitives.WriteInt64BigEndian(destination[16..], FileBytes);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], PreviousFirstIndex);
        BinaryPrimitives.WriteInt64BigEndian(destination[32..], Before.LastTime.Microseconds);
        Before.LastLeafHash.CopyTo(destination[40..]);
        var length = 72 + Before.Tree.Write(destination[72..]);
        var originBytes = Encoding.UTF8.GetBytes(Origin, destination.Slice(length + 1, MaximumOriginBytes));
        destination[length] = (byte)originBytes;
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], (uint)(length + 1 + originBytes));
        BinaryPrimitives.WriteUInt32BigEndian(destination[CheckAt..], Crc32C.Compute(destination[..CheckAt]));
    }

    /// <summary>Reads a header; false, with what is wrong, when it is none of this version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out SegmentHeader header, out string problem)
    {
        header = null!;
        problem = "the segment header is damaged: its check sum does not fit";
        if (source.Length < SegmentLayout.HeaderBytes || !source.StartsWith(Magic))
        {
            problem = source.Length < SegmentLayout.HeaderBytes ? "the file is shorter than a segment header" : "this is no segment of an audit log";
            return false;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(source[CheckAt..]) != Crc32C.Compute(source[..CheckAt]))
        {
            return false;
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(source[8..]);
        if (version != Version)
        {
            problem = $"the segment has format version {version}; this program reads version {Version}";
            return false;
        }

        problem = "the segment header contradicts itself";
        if (!CompactRange.TryRead(source[72..CheckAt], out var tree))
        {
            return false;
        }

        var originAt = 72 + tree.SerializedBytes;
        var originBytes = source[originAt];
        if (originBytes == 0 || BinaryPrimitives.ReadUInt32BigEndian(source[12..]) != originAt + 1 + originBytes)
        {
            return false;
        }

        var time = BinaryPrimitives.ReadInt64BigEndian(source[32..]);
        header = new SegmentHeader
        {
            Origin = Encoding.UTF8.GetString(source.Slice(originAt + 1, originBytes)),
            FileBytes = BinaryPrimitives.ReadInt64BigEndian(source[16..]),
            PreviousFirstIndex = BinaryPrimitives.ReadUInt64BigEndian(source[24..]),
            Before = new LogState(tree, new Digest(source.Slice(40, Digest.Size)), new Instant(time)),
        };
        return true;
    }

    private const int CheckAt = SegmentLayout.HeaderBytes - Crc32C.Size;
}
