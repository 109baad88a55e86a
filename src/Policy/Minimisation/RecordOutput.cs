namespace Exchange.Policy.Minimisation;

/// <summary>
/// The output of one pass. What stays as it is is not copied field by field: it waits until something between has to go, and leaves as one
/// run, lengths of messages included. Only when something inside a message changes is the length of that message, and of those around it,
/// reserved in the output and patched when the message ends.
/// </summary>
/// <remarks>
/// <code>
/// record   ──tag─len─[ kept  kept │dropped│ kept ]── kept ──
///          └ one run up to the length ┘   └ waits …
/// output   ──tag─(reserved)─ kept  kept
/// </code>
/// The caller has seen to it that the output is <see cref="ReleasePlan.MaximumOutput"/> long.
/// </remarks>
internal ref struct RecordOutput(ReleaseGrowth growth, ReadOnlySpan<byte> record, Span<byte> output, Span<OpenMessage> open)
{
    private readonly ReleaseGrowth _growth = growth;
    private readonly ReadOnlySpan<byte> _record = record;
    private readonly Span<byte> _output = output;

    // The messages around the place where the pass stands; those below _reserved have their length reserved in the output.
    private readonly Span<OpenMessage> _open = open;
    private int _depth;
    private int _reserved;

    // The record up to here is either in the output or dropped.
    private int _settled;
    private int _mutes;

    /// <summary>Bytes written so far. None is ever left behind this mark.</summary>
    public int Written { get; private set; }

    /// <summary>Whether the pass is inside something that is dropped or replaced as a whole, and reads on only to validate it.</summary>
    public readonly bool IsMuted => _mutes > 0;

    public void Mute() => _mutes++;

    public void Unmute() => _mutes--;

    public void Enter(FieldPlan field, int lengthAt, int contentAt, int length) =>
        _open[_depth++] = new() { LengthAt = lengthAt, ContentAt = contentAt, Length = length, Maximum = _growth.MaximumContent(field, length) };

    public void Leave()
    {
        ref var message = ref _open[--_depth];
        if (_reserved <= _depth)
        {
            return;
        }

        _reserved = _depth;
        Settle(message.ContentAt + message.Length);
        Patch(message.OutputAt, message.Reserved);
    }

    /// <summary>Leaves out a part of the record.</summary>
    public void Drop(int start, int end)
    {
        if (!IsMuted)
        {
            Replace(start, end);
        }
    }

    /// <summary>Settles what comes before a part of the record, whose substitute the caller then appends. Not for the muted.</summary>
    public void Replace(int start, int end)
    {
        for (; _reserved < _depth; _reserved++)
        {
            ref var message = ref _open[_reserved];
            Settle(message.LengthAt);
            _settled = message.ContentAt;
            message.OutputAt = Written;
            message.Reserved = Reserve(message.Maximum);
        }

        Settle(start);
        _settled = end;
    }

    public void Append(ulong varint)
    {
        if (varint < 0x80)
        {
            _output[Written++] = (byte)varint;
            return;
        }

        Written += WireWriter.WriteVarint(_output[Written..], varint);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_output[Written..]);
        Written += bytes.Length;
    }

    /// <summary>A varint, or the lowest bytes of a number of fixed size.</summary>
    public void Append(ScalarEncoding encoding, ulong bits)
    {
        if (Scalars.WireTypeOf(encoding) == WireType.Varint)
        {
            Append(bits);
            return;
        }

        foreach (ref var part in Claim(Scalars.FixedSize(encoding)))
        {
            part = (byte)bits;
            bits >>= 8;
        }
    }

    /// <summary>Room for so many bytes, which the caller fills.</summary>
    public Span<byte> Claim(int size)
    {
        Written += size;
        return _output.Slice(Written - size, size);
    }

    /// <summary>Leaves room for a length that is not yet known; returns its width.</summary>
    public int Reserve(int maximum)
    {
        var width = WireWriter.VarintSize((uint)maximum);
        Written += width;
        return width;
    }

    /// <summary>Writes the length of what follows the room left for it, and moves that to the left if the length is shorter than the room.</summary>
    public void Patch(int at, int width)
    {
        var content = at + width;
        var length = Written - content;
        var surplus = width - WireWriter.VarintSize((uint)length);
        if (surplus > 0)
        {
            _output[content..Written].CopyTo(_output[(content - surplus)..]);
            Written -= surplus;
            _output.Slice(Written, surplus).Clear();
        }

        WireWriter.WriteVarint(_output[at..], (uint)length);
    }

    /// <summary>Copies what still waits.</summary>
    public void Finish() => Settle(_record.Length);

    private void Settle(int end)
    {
        if (_settled < end)
        {
            Append(_record[_settled..end]);
            _settled = end;
        }
    }
}

/// <summary>A message that the pass is in: where its length and content stand in the record, and where the length goes in the output.</summary>
internal struct OpenMessage
{
    public int LengthAt;
    public int ContentAt;
    public int Length;
    public int Maximum;
    public int OutputAt;
    public int Reserved;
}
