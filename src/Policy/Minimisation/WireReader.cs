using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// Reads the wire format strictly: what is accepted is already canonical, so that it can be copied as it stands. Over-long varints, tags of
/// field 0, wire types other than the four of proto3 and lengths beyond the enclosing message are refused. After a refusal the position is void.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; set; }

    public readonly ReadOnlySpan<byte> Slice(int start, int length) => _bytes.Slice(start, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadVarint(int end, out ulong value)
    {
        if (Position < end && (value = _bytes[Position]) < 0x80)
        {
            Position++;
            return true;
        }

        return TryReadLongVarint(end, out value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTag(int end, out uint tag)
    {
        var isRead = TryReadVarint(end, out var value);
        tag = (uint)value;
        return isRead && value is >= 1 << 3 and <= uint.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadLength(int end, out int length)
    {
        var isRead = TryReadVarint(end, out var value);
        length = (int)value;
        return isRead && value <= (ulong)(end - Position);
    }

    public bool TrySkip(int count, int end)
    {
        Position += count;
        return Position <= end;
    }

    /// <summary>Passes one value of a scalar field, if it is a value of that field's type.</summary>
    public bool TryReadScalar(FieldPlan field, int end, out bool isZero)
    {
        switch (field.Encoding)
        {
            case ScalarEncoding.Fixed32 or ScalarEncoding.Float:
            {
                isZero = TrySkip(sizeof(uint), end) && IsZero(BinaryPrimitives.ReadUInt32LittleEndian(_bytes[(Position - sizeof(uint))..]), 1U << 31, field);
                return Position <= end;
            }

            case ScalarEncoding.Fixed64 or ScalarEncoding.Double:
            {
                isZero = TrySkip(sizeof(ulong), end) && IsZero(BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(Position - sizeof(ulong))..]), 1UL << 63, field);
                return Position <= end;
            }

            case ScalarEncoding.Text or ScalarEncoding.Octets:
            {
                var isRead = TryReadLength(end, out var length);
                isZero = length == 0;
                return isRead && TrySkip(length, end)
                    && (field.Encoding == ScalarEncoding.Octets || SoundText.IsSound(_bytes, Position - length, length));
            }

            default:
            {
                var isRead = TryReadVarint(end, out var value);
                isZero = value == 0;
                return isRead && Fits(value, field.Encoding);
            }
        }
    }

    /// <summary>Passes packed elements up to an end.</summary>
    public bool TryReadPacked(FieldPlan field, int end)
    {
        // Of numbers of fixed size any bits will do.
        if (Scalars.FixedSize(field.Encoding) is > 0 and var size)
        {
            var length = end - Position;
            Position = end;
            return length % size == 0;
        }

        while (Position < end)
        {
            if (!TryReadScalar(field, end, out _))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Passes the content of a field, whatever it means; groups are refused.</summary>
    public bool TrySkip(uint tag, int end) => (tag & 7) switch
    {
        WireType.Varint => TryReadVarint(end, out _),
        WireType.Fixed64 => TrySkip(sizeof(ulong), end),
        WireType.Delimited => TryReadLength(end, out var length) && TrySkip(length, end),
        WireType.Fixed32 => TrySkip(sizeof(uint), end),
        _ => false,
    };

    /// <summary>Reads the next tag if it is one of two; otherwise stays where it is.</summary>
    public bool TryReadTagOf(uint tag, uint other, int end, out uint found)
    {
        var start = Position;
        if (TryReadTag(end, out found) && (found == tag || found == other))
        {
            return true;
        }

        Position = start;
        return false;
    }

    /// <summary>The bits of a sound number: a varint, or as many bytes as it has.</summary>
    public static ulong Bits(ScalarEncoding encoding, ReadOnlySpan<byte> value)
    {
        switch (Scalars.FixedSize(encoding))
        {
            case sizeof(uint):
                return BinaryPrimitives.ReadUInt32LittleEndian(value);
            case sizeof(ulong):
                return BinaryPrimitives.ReadUInt64LittleEndian(value);
            default:
                new WireReader(value).TryReadVarint(value.Length, out var bits);
                return bits;
        }
    }

    /// <summary>The size of a sound number.</summary>
    public static int Size(ScalarEncoding encoding, ReadOnlySpan<byte> value) =>
        Scalars.FixedSize(encoding) is > 0 and var size ? size : value.IndexOfAnyInRange<byte>(0, 0x7F) + 1;

    private static bool IsZero(ulong bits, ulong sign, FieldPlan field) =>
        bits == 0 || (bits == sign && field.OmitsNegativeZero);

    private static bool Fits(ulong value, ScalarEncoding encoding) => encoding switch
    {
        ScalarEncoding.Boolean => value <= 1,
        ScalarEncoding.Unsigned32 => value <= uint.MaxValue,
        ScalarEncoding.Signed32 => (long)value == (int)value,
        _ => true,
    };

    private bool TryReadLongVarint(int end, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70 && Position < end; shift += 7)
        {
            ulong part = _bytes[Position++];
            value |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                // A last byte of zero says nothing; a tenth byte above one would not fit.
                return shift == 0 || (part != 0 && (shift < 63 || part == 1));
            }
        }

        return false;
    }
}
