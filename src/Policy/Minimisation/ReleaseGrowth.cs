using System.Collections.Immutable;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// How much longer a record can get. The factor speaks of what comes any number of times: each piece of the record, with its part of the length
/// prefixes around it, at most multiplies by it. The extra speaks of changed leaves that a record has once.
/// </summary>
/// <remarks>
/// Without actions most shapes never grow. Growth comes from an element of a packed field that arrives alone (one byte of length more), from a
/// packed run of a field declared unpacked (a tag for every element), and from a map entry without its message (two bytes more). With actions
/// it comes from three asterisks for one character, from pseudonyms, and from zigzag numbers, where rounding -1 down makes many bytes of one.
/// Every other number keeps its size or shrinks when it is rounded: a negative one has ten bytes, whatever it is.
/// </remarks>
internal readonly record struct ReleaseGrowth(int Factor, int Extra)
{
    // What the length of one message around a changed leaf may need more than in the record.
    private const int PrefixRoom = 4;

    public int MaximumOutput(int inputLength) => checked((inputLength * Factor) + Extra);

    /// <summary>The same of one message's content. Where messages come any number of times, nothing in them comes once.</summary>
    public int MaximumContent(FieldPlan message, int inputLength) => (inputLength * Factor) + (message.IsAlone ? Extra : 0);

    /// <summary>The same of a packed run.</summary>
    public int MaximumRun(int inputLength) => inputLength * Factor;

    public static ReleaseGrowth Of(RecordShape shape, ImmutableArray<FieldAction> actions)
    {
        var (factor, extra) = (shape.Growth, 0);
        foreach (var leaf in shape.Leaves)
        {
            // The shortest value that grows, and what becomes of it.
            var (shortest, longest) = OfValue(leaf, actions[leaf.Number]);
            if (longest <= shortest)
            {
                continue;
            }

            if (leaf.IsAlone)
            {
                extra = checked(extra + longest - shortest + (PrefixRoom * (leaf.Path.Count(letter => letter == '.') + 2)));
            }
            else
            {
                // An element of a packed run has no tag of its own, but gets one if the field is declared unpacked.
                var field = leaf.Field;
                var isPackable = field.IsRepeated && Scalars.IsPackable(Scalars.EncodingOf(field.FieldType));
                var tags = isPackable && !field.IsPacked ? WireWriter.VarintSize((uint)field.FieldNumber << 3) : 0;
                factor = Math.Max(factor, isPackable ? tags + longest : Ratio(1 + longest, 1 + shortest));
            }
        }

        return new(factor, extra);
    }

    /// <summary>Sizes with the length in front, where there is one.</summary>
    private static (int Shortest, int Longest) OfValue(Leaf leaf, FieldAction action) => action switch
    {
        FieldAction.Mask => (2, 5),
        FieldAction.Pseudonymise => (2, 1 + (LeafValues.Of(leaf.Field) == LeafValue.Text ? Pseudonym.TextSize : Pseudonym.Size)),
        FieldAction.GeneraliseNumber number when LeafValues.IsZigzag(leaf.Field, out var longest) => (1, Math.Clamp(ZigzagSize(number.Step), 2, longest)),
        _ => default,
    };

    private static int ZigzagSize(long step) => WireWriter.VarintSize(((ulong)step << 1) - 1);

    private static int Ratio(int longest, int shortest) => (longest + shortest - 1) / shortest;
}
