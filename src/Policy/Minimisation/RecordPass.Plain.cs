using System.Runtime.CompilerServices;

namespace Exchange.Policy.Minimisation;

/// <summary>The short way past fields as they usually come.</summary>
internal ref partial struct RecordPass
{
    /// <summary>
    /// The short way: passes the plain fields that follow one another and whose values are usual ones, and goes into plain messages. Everything
    /// else remains for the long way, which would have come to the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // A loop of its own, whose few locals stay in registers.
    private PassOutcome PassPlain(MessagePlan message, ref Place place, int end)
    {
        var bytes = _record;
        var fields = message.Plain;
        var position = _in.Position;
        var (last, required) = (place.Last, place.Required);
        while (position < end)
        {
            // Most often the next field is the one that follows in the plan; to try it first breaks a chain of loads.
            var tag = bytes[position];
            var index = last + 1;
            if ((uint)index >= (uint)fields.Length || fields[index].Tag != tag)
            {
                index = message.FindPlain(tag);
                if (index < last || index < 0 || (index == last && !fields[index].IsRepeated))
                {
                    break;
                }
            }

            ref readonly var field = ref fields[index];
            var valueEnd = index >= required ? -1
                : field.IsMessage ? EndOfUsualMessage(message[index], position + 1, end)
                : UsualScalar.End(field.Encoding, bytes, position + 1, end);
            if (valueEnd < 0)
            {
                break;
            }

            if (field.IsMessage)
            {
                var outcome = Inside(message[index], position + 1, position + 2, valueEnd);
                if (outcome != PassOutcome.Done)
                {
                    return outcome;
                }

                (last, position) = (index, valueEnd);
                continue;
            }

            if (field.IsChecked)
            {
                Check(message[index], position + 1, valueEnd);
            }

            if (!_kept.Contains(field.Leaf))
            {
                Restrict(message[index], position, position + 1, valueEnd);
            }

            (last, position) = (index, valueEnd);
        }

        place.Last = last;
        _in.Position = position;
        return PassOutcome.Done;
    }

    /// <summary>Where a message ends that is not dropped as a whole and whose length is one byte; -1 if the long way must decide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int EndOfUsualMessage(FieldPlan field, int position, int end)
    {
        if (position >= end || !_released.Overlaps(field.Leaves))
        {
            return -1;
        }

        int length = _record[position++];
        return length < MessagePlan.ShortTagEnd && length <= end - position ? position + length : -1;
    }
}
