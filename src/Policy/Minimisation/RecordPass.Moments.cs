using System.Runtime.CompilerServices;

namespace Exchange.Policy.Minimisation;

/// <summary>Instants and durations, which are one value to people and have a range.</summary>
internal ref partial struct RecordPass
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const byte SecondsTag = 1 << 3;
    private const byte NanosTag = 2 << 3;

    private readonly long Microseconds => (_seconds * MicrosecondsPerSecond) + (_nanos / 1000);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PassOutcome Moment(FieldPlan field, int start, int end)
    {
        var lengthAt = _in.Position;
        if (!_in.TryReadLength(end, out var length))
        {
            return PassOutcome.Malformed;
        }

        var content = _in.Position;
        if (!TryPassMoment(field.Message!, content + length))
        {
            _in.Position = content;
            var outcome = UnusualMoment(field, lengthAt, content, length);
            if (outcome != PassOutcome.Done)
            {
                return outcome;
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

    /// <summary>An instant or duration of which something has to go, or that is malformed: the way of any message.</summary>
    private PassOutcome UnusualMoment(FieldPlan field, int lengthAt, int content, int length)
    {
        var isKept = _kept.Overlaps(field.Leaves);
        if (!isKept)
        {
            _out.Mute();
        }

        _out.Enter(field, lengthAt, content, length);
        var outcome = Message(field.Message!, content + length);
        if (outcome == PassOutcome.Done)
        {
            _out.Leave();
        }

        if (!isKept)
        {
            _out.Unmute();
        }

        return outcome;
    }

    /// <summary>Passes an instant or duration in canonical form, of which nothing has to go. Otherwise nothing is said, and the position is void.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryPassMoment(MessagePlan message, int end)
    {
        ulong seconds = 0, nanos = 0;
        return (_in.Position == end || _record[_in.Position] != SecondsTag || TryReadPart(end, out seconds))
            && (_in.Position == end || _record[_in.Position] != NanosTag || TryReadPart(end, out nanos))
            && _in.Position == end
            && TryKeepMoment(message.Rule, (long)seconds, (long)nanos);
    }

    private bool TryReadPart(int end, out ulong value)
    {
        _in.Position++;
        return _in.TryReadVarint(end, out value) && value != 0;
    }

    /// <summary>Reads an instant or duration again, whose framing is known to be sound, for its range.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private PassOutcome ReadMoment(MessageRule rule, int content, int end)
    {
        ulong seconds = 0, nanos = 0;
        var reader = _in with { Position = content };
        while (reader.Position < end)
        {
            reader.TryReadTag(end, out var tag);
            switch (tag)
            {
                case SecondsTag:
                    reader.TryReadVarint(end, out seconds);
                    break;
                case NanosTag:
                    reader.TryReadVarint(end, out nanos);
                    break;
                default:
                    reader.TrySkip(tag, end);
                    break;
            }
        }

        return TryKeepMoment(rule, (long)seconds, (long)nanos) ? PassOutcome.Done : PassOutcome.Malformed;
    }

    private bool TryKeepMoment(MessageRule rule, long seconds, long nanos)
    {
        if (!(rule == MessageRule.Timestamp ? TimeRange.IsTimestamp(seconds, nanos) : TimeRange.IsDuration(seconds, nanos)))
        {
            return false;
        }

        (_seconds, _nanos) = (seconds, (int)nanos);
        return true;
    }
}
