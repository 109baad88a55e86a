using System.Buffers.Binary;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Publication;

/// <summary>
/// One group commit in the side file of a published log: which entries were signed together, over which root, by which key. Entry bundles are
/// cut at 256 entries and do not show it.
/// </summary>
/// <param name="FirstIndex">The first entry.</param>
/// <param name="Count">How many entries.</param>
/// <param name="Root">Root of the batch's tree.</param>
/// <param name="KeyId">The receipt key.</param>
/// <param name="Signature">64 bytes r ‖ s over the batch statement.</param>
public readonly record struct BatchRecord(ulong FirstIndex, int Count, Digest Root, Digest KeyId, ReadOnlyMemory<byte> Signature)
{
    /// <summary>Bytes of a record: <c>u64 first index ‖ u32 number ‖ u32 zeros ‖ root ‖ key id ‖ signature</c>.</summary>
    public const int Size = 16 + (2 * Digest.Size) + GroupCommit.SignatureBytes;

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    public static void Write(Group group, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, group.Header.FirstIndex);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], (uint)group.Header.Count);
        destination[12..16].Clear();
        group.Trailer.BatchRoot.CopyTo(destination[16..]);
        group.Trailer.KeyId.CopyTo(destination[(16 + Digest.Size)..]);
        group.Trailer.Signature.CopyTo(destination[(16 + (2 * Digest.Size))..]);
    }

    /// <summary>The record of a segment's group, with a signature of its own.</summary>
    public static BatchRecord Of(Group group)
    {
        var trailer = group.Trailer;
        return new(group.Header.FirstIndex, group.Header.Count, trailer.BatchRoot, trailer.KeyId, trailer.Signature.ToArray());
    }

    /// <summary>Reads a record; false when it is cut off, or names no or too many entries.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> source, out BatchRecord record)
    {
        record = default;
        if (source.Length < Size)
        {
            return false;
        }

        var bytes = source.Span;
        var count = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        if (count is 0 or > SegmentLayout.MaximumGroupEntries || BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) != 0)
        {
            return false;
        }

        record = new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            (int)count,
            new Digest(bytes.Slice(16, Digest.Size)),
            new Digest(bytes.Slice(16 + Digest.Size, Digest.Size)),
            source.Slice(16 + (2 * Digest.Size), GroupCommit.SignatureBytes));
        return true;
    }
}
