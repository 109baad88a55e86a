namespace Exchange.Audit.Proofs.Entries;

/// <summary>Walks the fields of an entry that <see cref="EntryReader"/> has found canonical, so without checking anything again.</summary>
internal ref struct EntryWalk(ReadOnlySpan<byte> entry)
{
    private const int LengthDelimited = 2;

    private readonly ReadOnlySpan<byte> _entry = entry;
    private int _at;

    /// <summary>The field's number.</summary>
    internal int Number { get; private set; }

    /// <summary>A number's value.</summary>
    internal ulong Value { get; private set; }

    /// <summary>The content of bytes or text; empty for a number.</summary>
    internal ReadOnlySpan<byte> Content { get; private set; }

    internal bool MoveNext()
    {
        if (_at >= _entry.Length)
        {
            return false;
        }

        var tag = Varint();
        Number = (int)(tag >> 3);
        Value = Varint();
        Content = default;
        if ((tag & 7) == LengthDelimited)
        {
            Content = _entry.Slice(_at, (int)Value);
            _at += Content.Length;
        }

        return true;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = _entry[_at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
