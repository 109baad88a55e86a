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
/// out and what to write otherwise. The depth of recursion is the shape's, never the record's. Here is the walk through messages; maps, runs of
/// repeated scalars, instants, and what actions do stand in files of their own.
/// </summary>
internal ref partial struct RecordPass(ReleasePlan plan, FieldSet released, ReadOnlySpan<byte> pseudonymKey, ReadOnlySpan<byte> record, RecordOutput output)
{
    private readonly ReleasePlan _plan = plan;
    private readonly FieldSet _released = released;
    private readonly FieldSet _kept = released & plan.Kept;
    private readonly ReadOnlySpan<byte> _pseudonymKey = pseudonymKey;
    private readonly ReadOnlySpan<byte> _record = record;
    private WireReader _in = new(record);
    private RecordOutput _out = output;

    // Of the instant read last.
    private long _seconds;
    private int _nanos;

    public readonly int Written => _out.Written;

    /// <summary>The content of the subject field; empty if the record has none.</summary>
    public ReadOnlySpan<byte> Subject { get; private set; }

    /// <summary>The record's time in microseconds since the epoch, rounded down; null if it has none.</summary>
    public long? Time { get; private set; }

    /// <summary>The first constraint that the record broke; null if it broke none.</summary>
    public ConstraintBreach? Breach { get; private set; }

    public PassOutcome Run()
    {
        var outcome = Message(_plan.Shape.Root, _record.Length);
        if (outcome == PassOutcome.Done)
        {
            _out.Finish();
        }

        return outcome;
    }

    private PassOutcome Message(MessagePlan message, int end)
    {
        var content = _in.Position;
        var (last, required) = (-1, message.FirstRequired);
        UInt128 oneofs = 0;
        while (true)
        {
            last = PassPlain(message, last, required, end);
            var start = _in.Position;
            if (start == end)
            {
                break;
            }

            if (!_in.TryReadTag(end, out var tag))
            {
                return PassOutcome.Malformed;
            }

            if (message.Find(tag >> 3) is not { } field)
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

            bool isThere;
            var outcome = field.Kind switch
            {
                FieldKind.Scalar => Scalar(field, start, end, out isThere),
                FieldKind.Message => Nested(field, start, end, out isThere),
                FieldKind.Packed => Packed(field, tag, start, end, out isThere),
                FieldKind.Unpacked => Unpacked(field, tag, start, end, out isThere),
                _ => Map(field, start, end, out isThere),
            };
            if (outcome != PassOutcome.Done)
            {
                return outcome;
            }

            if (field.Index >= required)
            {
                required = Require(message, required, field.Index, isThere);
            }
        }

        if (required != int.MaxValue)
        {
            Breach ??= message[required].Required!.Breach(ConstraintRule.Required);
        }

        return message.Rule switch
        {
            MessageRule.Timestamp or MessageRule.Duration => ReadMoment(message.Rule, content, end),
            MessageRule.EntryOfMessage when last < 1 => EmptyValue(message[1].Message!, end),
            _ => PassOutcome.Done,
        };
    }

    /// <summary>
    /// Passes the plain fields that follow one another and whose values are usual ones; returns the last field passed. Everything else
    /// remains for the long way, which would have come to the same.
    /// </summary>
    private int PassPlain(MessagePlan message, int last, int required, int end)
    {
        var position = _in.Position;
        while (position < end && message.FindTag(_record[position]) is { IsPlain: true } field
            && (field.Index > last || (field.Index == last && field.IsRepeated)) && field.Index < required)
        {
            var next = UsualScalar.End(field, _record, position + 1, end);
            if (next < 0)
            {
                break;
            }

            if (!_kept.Overlaps(field.Leaves))
            {
                Restrict(field, position, position + 1, next);
            }

            (last, position) = (field.Index, next);
        }

        _in.Position = position;
        return last;
    }

    private PassOutcome Scalar(FieldPlan field, int start, int end, out bool isThere)
    {
        var value = _in.Position;
        isThere = false;
        if (!_in.TryReadScalar(field, end, out var isZero))
        {
            return PassOutcome.Malformed;
        }

        if (field.Role == FieldRole.Subject)
        {
            Subject = Content(value, end);
        }

        isThere = !(isZero && field.OmitsZero);
        if (!isThere)
        {
            _out.Drop(start, _in.Position);
            return PassOutcome.Done;
        }

        if (field.Values is not null)
        {
            Check(field, value, _in.Position);
        }

        if (!_kept.Overlaps(field.Leaves))
        {
            Restrict(field, start, value, _in.Position);
        }

        return PassOutcome.Done;
    }

    private PassOutcome Nested(FieldPlan field, int start, int end, out bool isThere)
    {
        var lengthAt = _in.Position;
        isThere = true;
        if (!_in.TryReadLength(end, out var length))
        {
            return PassOutcome.Malformed;
        }

        var content = _in.Position;
        if (!TryPassMoment(field.Message!, content + length))
        {
            // What is dropped or replaced as a whole is read to validate it.
            var isMuted = field.Changes < 0 ? !_released.Overlaps(field.Leaves) : !_kept.Overlaps(field.Leaves);
            if (isMuted)
            {
                _out.Mute();
            }

            _in.Position = content;
            _out.Enter(field, lengthAt, content, length);
            var outcome = Message(field.Message!, content + length);
            if (outcome != PassOutcome.Done)
            {
                return outcome;
            }

            _out.Leave();
            if (isMuted)
            {
                _out.Unmute();
            }
        }

        if (!_kept.Overlaps(field.Leaves))
        {
            Restrict(field, start, content, _in.Position);
        }

        if (field.Role == FieldRole.Time)
        {
            Time = Microseconds;
        }

        return PassOutcome.Done;
    }

    /// <summary>What stands behind a length.</summary>
    private readonly ReadOnlySpan<byte> Content(int lengthAt, int end)
    {
        var reader = _in with { Position = lengthAt };
        reader.TryReadLength(end, out var length);
        return _record.Slice(reader.Position, length);
    }
}
