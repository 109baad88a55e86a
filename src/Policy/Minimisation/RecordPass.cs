using System.Runtime.CompilerServices;

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
/// repeated scalars, instants, the short way past plain fields, and what actions do stand in files of their own.
/// </summary>
internal ref partial struct RecordPass(ReleasePlan plan, FieldSet released, PseudonymKey? pseudonymKey, ReadOnlySpan<byte> record, RecordOutput output)
{
    private readonly ReleasePlan _plan = plan;
    private readonly FieldSet _released = released;
    private readonly FieldSet _kept = released & plan.Kept;
    private readonly PseudonymKey? _pseudonymKey = pseudonymKey;
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
        var place = new Place { Last = -1, Required = message.FirstRequired };
        while (true)
        {
            var outcome = PassPlain(message, ref place, end);
            if (outcome == PassOutcome.Done && _in.Position == end)
            {
                return place.Required == int.MaxValue && message.Rule == MessageRule.None ? PassOutcome.Done : EndMessage(message, place, content, end);
            }

            outcome = outcome == PassOutcome.Done ? PassField(message, ref place, end) : outcome;
            if (outcome != PassOutcome.Done)
            {
                return outcome;
            }
        }
    }

    /// <summary>The long way past one field.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private PassOutcome PassField(MessagePlan message, ref Place place, int end)
    {
        var start = _in.Position;
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
            return PassOutcome.Done;
        }

        if (tag != field.Tag && tag != field.OtherTag)
        {
            return PassOutcome.Malformed;
        }

        var order = place.Take(field);
        if (order != PassOutcome.Done)
        {
            return order;
        }

        var isThere = true;
        var outcome = field.Kind switch
        {
            FieldKind.Message => Nested(field, start, end),
            FieldKind.Moment => Moment(field, start, end),
            FieldKind.Scalar => Scalar(field, start, end, out isThere),
            FieldKind.Packed => Packed(field, tag, start, end, out isThere),
            FieldKind.Unpacked => Unpacked(field, tag, start, end, out isThere),
            _ => Map(field, start, end),
        };
        if (outcome == PassOutcome.Done && field.Index >= place.Required)
        {
            place.Required = Require(message, place.Required, field.Index, isThere);
        }

        return outcome;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PassOutcome EndMessage(MessagePlan message, in Place place, int content, int end)
    {
        if (place.Required != int.MaxValue)
        {
            Breach ??= message[place.Required].Required!.Breach(ConstraintRule.Required);
        }

        return message.Rule switch
        {
            MessageRule.Timestamp or MessageRule.Duration => ReadMoment(message.Rule, content, end),
            MessageRule.EntryOfMessage when place.Last < 1 => EmptyValue(message[1].Message!, end),
            _ => PassOutcome.Done,
        };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
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
            Subject = Content(value, _in.Position);
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PassOutcome Nested(FieldPlan field, int start, int end)
    {
        var lengthAt = _in.Position;
        if (!_in.TryReadLength(end, out var length))
        {
            return PassOutcome.Malformed;
        }

        var contentEnd = _in.Position + length;
        if (!_released.Overlaps(field.Leaves))
        {
            return Muted(field, start, contentEnd);
        }

        return Inside(field, lengthAt, _in.Position, contentEnd);
    }

    /// <summary>Through a message that is not dropped as a whole.</summary>
    private PassOutcome Inside(FieldPlan field, int lengthAt, int contentAt, int contentEnd)
    {
        _in.Position = contentAt;
        _out.Enter(field, lengthAt, contentAt, contentEnd - contentAt);
        var outcome = Message(field.Message!, contentEnd);
        if (outcome == PassOutcome.Done)
        {
            _out.Leave();
        }

        return outcome;
    }

    /// <summary>What is dropped as a whole is read all the same, to validate it.</summary>
    private PassOutcome Muted(FieldPlan field, int start, int contentEnd)
    {
        _out.Mute();
        var outcome = Message(field.Message!, contentEnd);
        _out.Unmute();
        if (outcome == PassOutcome.Done)
        {
            _out.Drop(start, contentEnd);
        }

        return outcome;
    }

    /// <summary>What stands behind a length, up to the end of the value.</summary>
    private readonly ReadOnlySpan<byte> Content(int lengthAt, int end)
    {
        var content = lengthAt;
        while (_record[content++] >= 0x80)
        {
        }

        return _record[content..end];
    }
}
