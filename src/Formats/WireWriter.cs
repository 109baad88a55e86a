using System.Text;

namespace Exchange.Formats;

/// <summary>
/// Writes a protobuf message of known bound straight into a buffer, in canonical form: a field with its default value is not written.
/// The generated messages serve everywhere else; on the transfer path they would allocate a ByteString a field.
/// </summary>
/// <param name="buffer">At least as long as the message can become.</param>
public ref struct WireWriter(Span<byte> buffer)
{
    private const int LengthDelimited = 2;
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Position { get; private set; }

    /// <summary>The message so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[..Position];

    /// <summary>Length of a varint in bytes.</summary>
    public static int VarintLength(ulong value) => (System.Numerics.BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>An integer, enumeration or boolean field.</summary>
    public void Varint(int field, ulong value)
    {
        if (value != 0)
        {
            Raw((ulong)field << 3);
            Raw(value);
        }
    }

    /// <summary>A signed integer field of type int64 or int32.</summary>
    public void Signed(int field, long value) => Varint(field, (ulong)value);

    /// <summary>A bytes, string or message field, copied.</summary>
    public void Bytes(int field, scoped ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            value.CopyTo(Reserve(field, value.Length));
        }
    }

    /// <summary>A string field.</summary>
    public void Text(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Encoding.UTF8.GetBytes(value, Reserve(field, Encoding.UTF8.GetByteCount(value)));
        }
    }

    /// <summary>Tag and length of a length-delimited field; the caller fills the returned span.</summary>
    public Span<byte> Reserve(int field, int length)
    {
        Raw(((ulong)field << 3) | LengthDelimited);
        Raw((ulong)length);
        var span = _buffer.Slice(Position, length);
        Position += length;
        return span;
    }

    /// <summary>Whole fields that are serialised already.</summary>
    public void Raw(scoped ReadOnlySpan<byte> fields)
    {
        fields.CopyTo(_buffer[Position..]);
        Position += fields.Length;
    }

    private void Raw(ulong value)
    {
        while (value > 0x7F)
        {
            _buffer[Position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[Position++] = (byte)value;
    }
}
