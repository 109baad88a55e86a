namespace Exchange.Policy.Minimisation;

/// <summary>Instants and durations, which are one value to people and have a range.</summary>
internal ref partial struct RecordPass
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const byte SecondsTag = 1 << 3;
    private const byte NanosTag = 2 << 3;

    private readonly long Microseconds => (_seconds * MicrosecondsPerSecond) + (_nanos / 1000);

    /// <summary>Passes an instant or duration in canonical form, of which nothing has to go. Otherwise nothing is said, and the position is void.</summary>
    private bool TryPassMoment(MessagePlan message, int end)
    {
        if (message.Rule is not (MessageRule.Timestamp or MessageRule.Duration))
        {
            return false;
        }

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
