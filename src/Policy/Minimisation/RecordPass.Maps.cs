using System.Runtime.CompilerServices;

namespace Exchange.Policy.Minimisation;

/// <summary>Maps: entries are messages, but no key may be said twice, and a message as value is never absent.</summary>
internal ref partial struct RecordPass
{
    [MethodImpl(MethodImplOptions.NoInlining)]
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PassOutcome EmptyValue(MessagePlan value, int end)
    {
        if (value.FirstRequired != int.MaxValue)
        {
            Breach ??= value[value.FirstRequired].Required!.Breach(ConstraintRule.Required);
        }

        if (!_out.IsMuted)
        {
            _out.Replace(end, end);
            _out.Append(2 << 3 | WireType.Delimited);
            _out.Append(0);
        }

        return PassOutcome.Done;
    }
}
