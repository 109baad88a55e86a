using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Entries;

/// <summary>
/// Puts the first three fields of an AuditEntry before a body that a caller has serialised, so that the whole is the canonical
/// serialisation of the message: ascending fields, zero scalars absent. docs/audit-format.md, "Entry".
/// </summary>
public static class EntryCodec
{
    /// <summary>Longest entry in bytes; an entry bundle of tlog-tiles prefixes each with a u16.</summary>
    public const int MaximumBytes = ushort.MaxValue;

    /// <summary>Longest prefix in bytes: tag and varint, tag, length and hash, tag and varint.</summary>
    public const int MaximumPrefixBytes = 1 + 10 + 2 + Digest.Size + 1 + 9;

    /// <summary>Longest body in bytes; whatever index and time the entry gets, it fits.</summary>
    public const int MaximumBodyBytes = MaximumBytes - MaximumPrefixBytes;

    private const byte IndexTag = (1 << 3) | 0;
    private const byte PreviousTag = (2 << 3) | 2;
    private const byte TimeTag = (3 << 3) | 0;

    /// <summary>Writes the prefix and returns its length, at most <see cref="MaximumPrefixBytes"/>.</summary>
    public static int WritePrefix(Span<byte> destination, ulong index, in Digest previousLeafHash, Instant time)
    {
        var length = 0;
        if (index != 0)
        {
            destination[length++] = IndexTag;
            length += WriteVarint(destination[length..], index);
        }

        destination[length++] = PreviousTag;
        destination[length++] = Digest.Size;
        previousLeafHash.CopyTo(destination[length..]);
        length += Digest.Size;

        if (time.Microseconds != 0)
        {
            destination[length++] = TimeTag;
            length += WriteVarint(destination[length..], (ulong)time.Microseconds);
        }

        return length;
    }

    /// <summary>Writes a base-128 varint, low groups first, and returns its length.</summary>
    internal static int WriteVarint(Span<byte> destination, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            destination[length++] = (byte)(value | 0x80);
        }

        destination[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads a varint in its shortest form and moves past it; false for an over-long, overflowing or cut one.</summary>
    internal static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            var part = bytes[i];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                // A last group of zero is an over-long form; the tenth group has room for one bit.
                var canonical = (part != 0 || i == 0) && (i < 9 || part == 1);
                bytes = bytes[(i + 1)..];
                return canonical;
            }
        }

        return false;
    }
}
