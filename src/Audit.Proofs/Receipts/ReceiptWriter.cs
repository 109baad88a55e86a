using System.Buffers;
using System.Text;
using Exchange.Audit.Proofs.Entries;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Receipts;

/// <summary>Serialises the Receipt of an appended entry, canonically and without building the message.</summary>
public static class ReceiptWriter
{
    /// <summary>Longest receipt in bytes: an origin of 255 bytes, a path of 32 hashes.</summary>
    public const int MaximumBytes = 258 + 11 + 34 + 6 + 6 + (MaximumPath * 34) + 34 + 34 + 66;

    private const int MaximumPath = 32;
    private const int LengthDelimited = 2;

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
        Span<byte> origin = stackalloc byte[255];
        var originBytes = Encoding.UTF8.GetBytes(group.Origin, origin);

        var length = WriteBytes(destination, 1, origin[..originBytes]);
        length += WriteVarint(destination[length..], 2, entry.Index);
        length += WriteDigest(destination[length..], 3, entry.LeafHash);
        length += WriteVarint(destination[length..], 4, (ulong)entry.Position);
        length += WriteVarint(destination[length..], 5, (ulong)group.Tree.Size);

        Span<Digest> path = stackalloc Digest[MaximumPath];
        var pathLength = group.Tree.CopyPath(entry.Position, path);
        foreach (ref readonly var sibling in path[..pathLength])
        {
            length += WriteDigest(destination[length..], 6, sibling);
        }

        length += WriteDigest(destination[length..], 7, group.Root);
        length += WriteDigest(destination[length..], 8, group.KeyId);
        return length + WriteBytes(destination[length..], 9, group.Signature);
    }

    private static int WriteVarint(Span<byte> destination, int field, ulong value)
    {
        if (value == 0)
        {
            return 0;
        }

        destination[0] = (byte)(field << 3);
        return 1 + EntryCodec.WriteVarint(destination[1..], value);
    }

    private static int WriteDigest(Span<byte> destination, int field, in Digest digest)
    {
        destination[0] = (byte)((field << 3) | LengthDelimited);
        destination[1] = Digest.Size;
        digest.CopyTo(destination[2..]);
        return 2 + Digest.Size;
    }

    private static int WriteBytes(Span<byte> destination, int field, ReadOnlySpan<byte> bytes)
    {
        destination[0] = (byte)((field << 3) | LengthDelimited);
        var length = 1 + EntryCodec.WriteVarint(destination[1..], (ulong)bytes.Length);
        bytes.CopyTo(destination[length..]);
        return length + bytes.Length;
    }
}
