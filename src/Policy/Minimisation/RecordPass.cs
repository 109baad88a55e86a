namespace Exchange.Policy.Minimisation;

/// <summary>How a pass over a record ended.</summary>
internal enum PassOutcome
{
    Done,
    Malformed,

    /// <summary>Fields do not ascend, or one run of a field is interrupted: <see cref="FieldOrder"/> first.</summary>
    Unordered,
}

/// <summary>
/// One pass over a record whose fields ascend: validates everything that the shape knows, released or not, and tells the output what to leave
/// out and what to write otherwise. The depth of recursion is the shape's, never the record's.
/// </summary>
internal ref struct RecordPass(ReleasePlan plan, FieldSet released, ReadOnlySpan<byte> record, RecordOutput output)
{
    private const long MicrosecondsPerSecond = 1_000_000;

    private readonly RecordShape _shape = plan.Shape;
    private readonly FieldSet _released = released;
    private readonly ReadOnlySpan<byte> _record = record;
    private WireReader _in = new(record);
    private RecordOutput _out = output;
    private long _lastTimestamp;

    public readonly int Written => _out.Written;

    /// <summary>The content of the subject field; empty if the record has none.</summary>
    public ReadOnlySpan<byte> Subject { get; private set; }

    /// <summary>The record's time in microseconds since the epoch, rounded down; null if it has none.</summary>
    public long? Time { get; private set; }

    public PassOutcome Run()
    {
        var outcome = Message(_shape.Root, _record.Length);
        if (outcome == PassOutcome.Done)
        {
            _out.Finish();
        }

        return outcome;
    }

    private PassOutcome Message(MessagePlan plan, int end)
    {
        var content = _in.Position;
        var last = -1;
        UInt128 oneofs = 0;
        while (_in.Position < end)
        {
            var start = _in.Position;
            if (!_in.TryReadTag(end, out var tag))
            {
                return PassOutcome.Malformed;
            }

            if (plan.Find(tag >> 3) is not { } field)
            {
                if (!_in.TrySkip(tag, end))
                {
                    return PassOutcome.Malformed;
                }

                _out.Drop(start, _in.Position);
                continue;
            }

            if (tag != field.Tag && tag != field.OtherTag)
            {
                return PassOutcome.Malformed;
            }

            if (field.Index <= last)
            {
                if (field.Index < last || field.IsOneRun)
                {
                    return PassOutcome.Unordered;
                }

                if (!field.IsRepeated)
                {
                    return PassOutcome.Malformed;
                }
            }

            last = field.Index;
            if (field.Oneof >= 0)
            {
                var bit = UInt128.One << field.Oneof;
                if ((oneofs & bit) != 0)
                {
                    return PassOutcome.Malformed;
                }

                oneofs |= bit;
            }

            var outcome = field.Kind switch
            {
                FieldKind.Scalar => Scalar(field, start, end),
                FieldKind.Message => Nested(field, start, end),
                FieldKind.Packed => Packed(field, tag, start, end),
                FieldKind.Unpacked => Unpacked(field, tag, start, end),
                _ => Map(field, start, end),
            };
            if (outcome != PassOutcome.Done)
            {
                return outcome;
            }
        }

        return plan.Rule switch
        {
            MessageRule.Timestamp or MessageRule.Duration => Moment(plan.Rule, content, end),
            MessageRule.EntryOfMessage when last < 1 => EmptyValue(end),
            _ => PassOutcome.Done,
        };
    }

    private PassOutcome Scalar(FieldPlan field, int start, int end)
    {
        var value = _in.Position;
        if (!_in.TryReadScalar(field, end, out var isZero))
        {
            return PassOutcome.Malformed;
        }

        if (field.Role == FieldRole.Subject)
        {
            var text = _in with { Position = value };
            text.TryReadLength(end, out var length);
            Subject = _record.Slice(text.Position, length);
        }

        if ((isZero && field.OmitsZero) || !IsReleased(field))
        {
            _out.Drop(start, _in.Position);
        }

        return PassOutcome.Done;
    }

    private PassOutcome Nested(FieldPlan field, int start, int end)
    {
        var lengthAt = _in.Position;
        if (!_in.TryReadLength(end, out var length))
        {
            return PassOutcome.Malformed;
        }

        var isReleased = IsReleased(field);
        if (!isReleased)
        {
            _out.Mute();
        }

        _out.Enter(field, lengthAt, _in.Position, length);
        var outcome = Message(field.Message!, _in.Position + length);
        if (outcome != PassOutcome.Done)
        {
            return outcome;
        }

        _out.Leave();
        if (!isReleased)
        {
            _out.Unmute();
            _out.Drop(start, _in.Position);
        }

        if (field.Role == FieldRole.Time)
        {
            Time = _lastTimestamp;
        }

        return PassOutcome.Done;
    }

    private PassOutcome Map(FieldPlan field, int start, int end)
    {
        using var keys = new MapKeys(_record);
        do
        {
            var outcome = Nested(field, start, end);
            if (outcome != PassOutcome.Done)
            {
                return outcome;
            }

            var (key, length) = Key(field, start);
            if (!keys.TryAdd(key, length))
            {
                return PassOutcome.Malformed;
            }

            start = _in.Position;
        }
        while (_in.TryReadTagOf(field.Tag, field.Tag, end, out _));

        return PassOutcome.Done;
    }

    /// <summary>Where the key of the entry just read stands; nowhere if it is the default.</summary>
    private readonly (int Start, int Length) Key(FieldPlan map, int entry)
    {
        var key = map.Message!.Find(1)!;
        var end = _in.Position;
        var reader = _in with { Position = entry };
        reader.TryReadTag(end, out _);
        reader.TryReadLength(end, out _);
        while (reader.Position < end)
        {
            reader.TryReadTag(end, out var tag);
            var start = reader.Position;
            if (tag != key.Tag)
            {
                reader.TrySkip(tag, end);
                continue;
            }

            reader.TryReadScalar(key, end, out var isZero);
            return isZero ? default : (start, reader.Position - start);
        }

        return default;
    }

    /// <summary>The canonical form of a repeated scalar is one packed run, however it arrived.</summary>
    private PassOutcome Packed(FieldPlan field, uint tag, int start, int end)
    {
        var (pieces, length) = (0, 0);
        var isCanonical = tag == field.Tag;
        do
        {
            if (!TryReadPiece(field, tag == field.Tag, end, out var piece))
            {
                return PassOutcome.Malformed;
            }

            pieces++;
            length += piece;
        }
        while (_in.TryReadTagOf(field.Tag, field.OtherTag, end, out tag));

        if (length == 0 || !IsReleased(field))
        {
            _out.Drop(start, _in.Position);
        }
        else if (!isCanonical || pieces > 1)
        {
            _out.Replace(start, _in.Position);
            _out.Append(field.Tag);
            _out.Append((uint)length);
            var reader = _in with { Position = start };
            while (reader.Position < _in.Position)
            {
                reader.TryReadTag(end, out tag);
                var value = reader.Position;
                reader.TrySkip(tag, end);
                _out.Append(tag == field.Tag ? Content(value, end) : _record[value..reader.Position]);
            }
        }

        return PassOutcome.Done;
    }

    /// <summary>The canonical form of a field declared [packed = false] has a tag for every element.</summary>
    private PassOutcome Unpacked(FieldPlan field, uint tag, int start, int end)
    {
        var isPacked = tag == field.OtherTag;
        if (!TryReadPiece(field, isPacked, end, out var length))
        {
            return PassOutcome.Malformed;
        }

        if (!IsReleased(field))
        {
            _out.Drop(start, _in.Position);
        }
        else if (isPacked)
        {
            _out.Replace(start, _in.Position);
            var reader = _in with { Position = _in.Position - length };
            while (reader.Position < _in.Position)
            {
                var element = reader.Position;
                reader.TryReadScalar(field, end, out _);
                _out.Append(field.Tag);
                _out.Append(_record[element..reader.Position]);
            }
        }

        return PassOutcome.Done;
    }

    /// <summary>Reads one element, or one packed run of them; the length is that of the elements alone.</summary>
    private bool TryReadPiece(FieldPlan field, bool isPacked, int end, out int length)
    {
        if (isPacked)
        {
            return _in.TryReadLength(end, out length) && _in.TryReadPacked(field, _in.Position + length);
        }

        var start = _in.Position;
        var isRead = _in.TryReadScalar(field, end, out _);
        length = _in.Position - start;
        return isRead;
    }

    private readonly ReadOnlySpan<byte> Content(int lengthAt, int end)
    {
        var reader = _in with { Position = lengthAt };
        reader.TryReadLength(end, out var length);
        return _record.Slice(reader.Position, length);
    }

    private PassOutcome EmptyValue(int end)
    {
        if (!_out.IsMuted)
        {
            _out.Replace(end, end);
            _out.Append(2 << 3 | WireType.Delimited);
            _out.Append(0);
        }

        return PassOutcome.Done;
    }

    /// <summary>Reads a Timestamp or Duration again, whose framing is known to be sound, for its range.</summary>
    private PassOutcome Moment(MessageRule rule, int content, int end)
    {
        long seconds = 0, nanos = 0;
        var reader = _in with { Position = content };
        while (reader.Position < end)
        {
            reader.TryReadTag(end, out var tag);
            if (tag == (1 << 3 | WireType.Varint))
            {
                reader.TryReadVarint(end, out var value);
                seconds = (long)value;
            }
            else if (tag == (2 << 3 | WireType.Varint))
            {
                reader.TryReadVarint(end, out var value);
                nanos = (long)value;
            }
            else
            {
                reader.TrySkip(tag, end);
            }
        }

        if (!(rule == MessageRule.Timestamp ? TimeRange.IsTimestamp(seconds, nanos) : TimeRange.IsDuration(seconds, nanos)))
        {
            return PassOutcome.Malformed;
        }

        if (rule == MessageRule.Timestamp)
        {
            _lastTimestamp = (seconds * MicrosecondsPerSecond) + (nanos / 1000);
        }

        return PassOutcome.Done;
    }

    private readonly bool IsReleased(FieldPlan field) => !(_released & field.Leaves).IsEmpty;
}
