namespace Exchange.Audit.Proofs.Entries;

/// <summary>
/// Walks the fields of an entry without allocation and without judging it: for showing, sorting and exporting entries that nobody has verified
/// yet. It ends at the first bytes that are no field. Whether an entry is canonical is for <see cref="EntryReader"/> to say.
/// </summary>
public ref struct EntryScan(ReadOnlySpan<byte> entry)
{
    private const int Varint = 0;
    private const int Bytes = 2;

    private ReadOnlySpan<byte> _rest = entry;

    /// <summary>The field's number.</summary>
    public int Number { get; private set; }

    /// <summary>What a field of a number holds; the length of one that holds bytes.</summary>
    public ulong Value { get; private set; }

    /// <summary>What a field of bytes or text holds; empty for a number.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Moves to the next field; false at the end.</summary>
    public bool MoveNext()
    {
        if (!TryVarint(out var tag) || tag >> 3 is 0 or > int.MaxValue || !TryVarint(out var value))
        {
            return false;
        }

        switch (tag & 7)
        {
            case Varint:
                Content = default;
                break;
            case Bytes when value <= (ulong)_rest.Length:
                Content = _rest[..(int)value];
                _rest = _rest[(int)value..];
                break;
            default:
                return false;
        }

        (Number, Value) = ((int)(tag >> 3), value);
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
