namespace Exchange.Policy.Minimisation;

/// <summary>Integers as the bits of their wire form.</summary>
internal static class WholeNumber
{
    public static Int128 Value(ulong bits, NumberForm form) => form switch
    {
        NumberForm.Unsigned => bits,
        _ => Signed(bits, form),
    };

    /// <summary>The next multiple of a step downwards; where the type has none below, its least one.</summary>
    public static ulong RoundDown(ulong bits, NumberForm form, long step)
    {
        if (form == NumberForm.Unsigned)
        {
            return bits - (bits % (ulong)step);
        }

        var value = Signed(bits, form);
        var above = value % step; // Of the sign of the value.
        var rounded = value - above;
        if (above < 0)
        {
            var least = form is NumberForm.Signed32 or NumberForm.Zigzag32 ? int.MinValue : long.MinValue;
            rounded = rounded < least + step ? rounded : rounded - step;
        }

        return form switch
        {
            NumberForm.Zigzag32 => (uint)((rounded << 1) ^ (rounded >> 63)),
            NumberForm.Zigzag64 => (ulong)((rounded << 1) ^ (rounded >> 63)),
            _ => (ulong)rounded,
        };
    }

    private static long Signed(ulong bits, NumberForm form) => form switch
    {
        NumberForm.Signed32 => (int)bits,
        NumberForm.Signed64 => (long)bits,
        _ => (long)(bits >> 1) ^ -(long)(bits & 1),
    };
}
