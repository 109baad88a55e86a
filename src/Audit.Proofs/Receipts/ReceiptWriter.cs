using System.Buffers;
using Exchange.Format.V1;
using Exchange.Formats;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Receipts;

/// <summary>Serialises the Receipt of an appended entry, canonically and without building the message.</summary>
public static class ReceiptWriter
{
    /// <summary>Longest receipt in bytes: an origin of 255 bytes, a path of 32 hashes.</summary>
    public const int MaximumBytes = 258 + 11 + 34 + 6 + 6 + (MaximumPath * 34) + 34 + 34 + 66;

    private const int MaximumPath = 32;

    /// <summary>The receipt as a new array.</summary>
    public static byte[] ToArray(in AppendedEntry entry)
    {
        Span<byte> bytes = stackalloc byte[MaximumBytes];
        return bytes[..Write(bytes, entry)].ToArray();
    }

    /// <summary>Writes the receipt to a buffer.</summary>
    public static void Write(IBufferWriter<byte> destination, in AppendedEntry entry) =>
        destination.Advance(Write(destination.GetSpan(MaximumBytes), entry));

    /// <summary>Writes the receipt, at most <see cref="MaximumBytes"/>, and returns its length.</summary>
    public static int Write(Span<byte> destination, in AppendedEntry entry)
    {
        var group = entry.Group;
        var writer = new WireWriter(destination);
        writer.Text(Receipt.LogOriginFieldNumber, group.Origin);
        writer.Varint(Receipt.IndexFieldNumber, entry.Index);
        entry.LeafHash.CopyTo(writer.Reserve(Receipt.LeafHashFieldNumber, Digest.Size));
        writer.Varint(Receipt.BatchPositionFieldNumber, (ulong)entry.Position);
        writer.Varint(Receipt.BatchSizeFieldNumber, (ulong)group.Tree.Size);

        Span<Digest> path = stackalloc Digest[MaximumPath];
        foreach (ref readonly var sibling in path[..group.Tree.CopyPath(entry.Position, path)])
        {
            sibling.CopyTo(writer.Reserve(Receipt.PathFieldNumber, Digest.Size));
        }

        group.Root.CopyTo(writer.Reserve(Receipt.BatchRootFieldNumber, Digest.Size));
        group.KeyId.CopyTo(writer.Reserve(Receipt.KeyIdFieldNumber, Digest.Size));
        writer.Bytes(Receipt.SignatureFieldNumber, group.Signature);
        return writer.Position;
    }
}
