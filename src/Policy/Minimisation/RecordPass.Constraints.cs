using System.Runtime.CompilerServices;

namespace Exchange.Policy.Minimisation;

/// <summary>Constraints of the dataset, which every record fulfils, released or not. The walk goes on after a breach: malformed comes first.</summary>
internal ref partial struct RecordPass
{
    /// <summary>
    /// Fields ascend, so one that must be there is missing as soon as a later one comes. Returns the next one to wait for.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Require(MessagePlan message, int required, int index, bool isThere)
    {
        while (required < index)
        {
            Breach ??= message[required].Required!.Breach(ConstraintRule.Required);
            required = message.NextRequired(required);
        }

        return required == index && isThere ? message.NextRequired(index) : required;
    }

    private void CheckAll(FieldPlan field, int value, int end)
    {
        while (value < end)
        {
            var next = value + WireReader.Size(field.Encoding, _record[value..]);
            Check(field, value, next);
            value = next;
        }
    }

    private void Check(FieldPlan field, int value, int end)
    {
        if (Breach is not null)
        {
            return;
        }

        var rule = field.Encoding switch
        {
            ScalarEncoding.Text or ScalarEncoding.Octets => field.Values!.OfOctets(Content(value, end)),
            ScalarEncoding.Float => field.Values!.OfFloat(BitConverter.UInt32BitsToSingle((uint)WireReader.Bits(field.Encoding, _record[value..]))),
            ScalarEncoding.Double => field.Values!.OfFloat(BitConverter.UInt64BitsToDouble(WireReader.Bits(field.Encoding, _record[value..]))),
            _ => field.Values!.OfInteger(WholeNumber.Value(WireReader.Bits(field.Encoding, _record[value..]), field.Form)),
        };
        if (rule is { } broken)
        {
            Breach = field.Values.Breach(broken);
        }
    }
}
