namespace Exchange.Formats;

/// <summary>
/// Walks the fields of a serialised protobuf message where it lies, without allocating: the counterpart of <see cref="WireWriter"/> for the
/// transfer path. It knows no schema; a caller compares <see cref="Key"/> and skips what it does not know. Groups are no part of proto3 and end the walk.
/// </summary>
/// <param name="message">The message's bytes.</param>
public ref struct WireFields(ReadOnlySpan<byte> message)
{
    private const int LongestVarintShift = 63;
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>Whether the walk has come to the end of a message that is well framed; after <see cref="MoveNext"/> said no, false means malformed.</summary>
    public readonly bool IsAtEnd => _position == _message.Length;

    /// <summary>Field number and wire type as they stand before the field: <see cref="VarintKey"/> or <see cref="BytesKey"/> of a number.</summary>
    public uint Key { get; private set; }

    /// <summary>Where the field begins, its key included.</summary>
    public int Start { get; private set; }

    /// <summary>Where the content of a length-delimited field begins.</summary>
    public int ContentStart { get; private set; }

    /// <summary>Bytes of the content of a length-delimited field.</summary>
    public int ContentLength { get; private set; }

    /// <summary>The value of a varint field.</summary>
    public ulong Number { get; private set; }

    /// <summary>The content of a length-delimited field.</summary>
    public readonly ReadOnlySpan<byte> Content => _message.Slice(ContentStart, ContentLength);

    /// <summary>The whole field, key and length included.</summary>
    public readonly ReadOnlySpan<byte> Whole => _message[Start.._position];

    /// <summary>The key of an integer, enumeration or boolean field.</summary>
    public static uint VarintKey(int field) => (uint)field << 3;

    /// <summary>The key of a bytes, string or message field.</summary>
    public static uint BytesKey(int field) => ((uint)field << 3) | 2;

    /// <summary>Steps to the next field; false at the end, and where the message is malformed.</summary>
    public bool MoveNext()
    {
        var position = _position;
        if (!TryVarint(ref position, out var key) || key > uint.MaxValue || key >> 3 == 0)
        {
            return false;
        }

        var size = 0UL;
        Number = 0;
        switch (key & 7)
        {
            case 0 when TryVarint(ref position, out var number):
                Number = number;
                break;
            case 1:
                size = sizeof(ulong);
                break;
            case 2 when TryVarint(ref position, out size):
                break;
            case 5:
                size = sizeof(uint);
                break;
            default:
                return false;
        }

        if (size > (ulong)(_message.Length - position))
        {
            return false;
        }

        (Key, Start, ContentStart, ContentLength) = ((uint)key, _position, position, (int)size);
        _position = position + (int)size;
        return true;
    }

    private readonly bool TryVarint(ref int position, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift <= LongestVarintShift && position < _message.Length; shift += 7)
        {
            var next = _message[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
