using System.Buffers.Binary;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Segments;

/// <summary>
/// The end of a group: <c>magic ‖ last leaf hash ‖ tree root ‖ batch root ‖ key id ‖ signature ‖ u32 CRC-32C ‖ end mark</c>. The check
/// sum covers the group from its header to the signature.
/// </summary>
public readonly ref struct GroupTrailer
{
    /// <summary>Width in bytes.</summary>
    public const int Size = SignatureAt + GroupCommit.SignatureBytes + Crc32C.Size + sizeof(uint);

    private const int LastLeafAt = 4;
    private const int TreeRootAt = LastLeafAt + Digest.Size;
    private const int BatchRootAt = TreeRootAt + Digest.Size;
    private const int KeyIdAt = BatchRootAt + Digest.Size;
    private const int SignatureAt = KeyIdAt + Digest.Size;
    private const int CheckAt = SignatureAt + GroupCommit.SignatureBytes;
    private const int EndAt = CheckAt + Crc32C.Size;

    private readonly ReadOnlySpan<byte> _bytes;

    internal GroupTrailer(ReadOnlySpan<byte> bytes) => _bytes = bytes[..Size];

    /// <summary>Leaf hash of the group's last entry: the chain's next link, so that a changed last entry shows within its group.</summary>
    public Digest LastLeafHash => new(_bytes.Slice(LastLeafAt, Digest.Size));

    /// <summary>Root of the log's tree after the group.</summary>
    public Digest TreeRoot => new(_bytes.Slice(TreeRootAt, Digest.Size));

    /// <summary>Root of the batch's small tree.</summary>
    public Digest BatchRoot => new(_bytes.Slice(BatchRootAt, Digest.Size));

    /// <summary>RFC 7638 thumbprint of the receipt key.</summary>
    public Digest KeyId => new(_bytes.Slice(KeyIdAt, Digest.Size));

    /// <summary>The receipt key's signature over the batch statement, r ‖ s.</summary>
    public ReadOnlySpan<byte> Signature => _bytes.Slice(SignatureAt, GroupCommit.SignatureBytes);

    private static ReadOnlySpan<byte> Magic => "EXGT"u8;

    // No byte of the end mark is zero: a write that stopped early, on space that was zeros, has a zero here.
    private static ReadOnlySpan<byte> EndMark => "END\n"u8;

    internal static void Write(Span<byte> group, int at, LogState after, GroupCommit commit)
    {
        var trailer = group[at..];
        Magic.CopyTo(trailer);
        after.LastLeafHash.CopyTo(trailer[LastLeafAt..]);
        after.Tree.Root.CopyTo(trailer[TreeRootAt..]);
        commit.Root.CopyTo(trailer[BatchRootAt..]);
        commit.KeyId.CopyTo(trailer[KeyIdAt..]);
        commit.Signature.CopyTo(trailer[SignatureAt..]);
        BinaryPrimitives.WriteUInt32BigEndian(trailer[CheckAt..], Crc32C.Compute(group[..(at + CheckAt)]));
        EndMark.CopyTo(trailer[EndAt..]);
    }

    /// <summary>Whether the group's bytes are those that were written: magic, check sum, end mark, and zeros up to the sector's end.</summary>
    internal static bool IsIntact(ReadOnlySpan<byte> group, int at)
    {
        var trailer = group[at..];
        return trailer.StartsWith(Magic)
            && BinaryPrimitives.ReadUInt32BigEndian(trailer[CheckAt..]) == Crc32C.Compute(group[..(at + CheckAt)])
            && trailer[EndAt..].StartsWith(EndMark)
            && !trailer[Size..].ContainsAnyExcept((byte)0);
    }

    /// <summary>Whether the write of the group stopped before its last byte.</summary>
    internal static bool IsMissing(ReadOnlySpan<byte> group, int at) => group[at + Size - 1] == 0;
}
