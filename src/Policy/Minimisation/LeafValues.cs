using Google.Protobuf.Reflection;

namespace Exchange.Policy.Minimisation;

/// <summary>What the values of a leaf are to an action.</summary>
internal enum LeafValue
{
    Text,
    Octets,
    Integer,
    Instant,

    /// <summary>Nothing that an action could make less of: a flag, an enum, a floating-point number, a duration, a message without fields.</summary>
    Indivisible,
}

/// <summary>The matrix of actions by types, checked when a policy is loaded.</summary>
internal static class LeafValues
{
    private static readonly FieldAction[] Samples =
    [
        new FieldAction.Keep(), new FieldAction.Drop(), new FieldAction.Mask(1, FromEnd: false), new FieldAction.Truncate(1), new FieldAction.GeneraliseTime(CalendarUnit.Day),
        new FieldAction.GeneraliseNumber(2), new FieldAction.GeneraliseCode(1), new FieldAction.Pseudonymise(),
    ];

    /// <summary>Elements count for a repeated field, values for a map, and what is in it for a wrapper.</summary>
    public static LeafValue Of(FieldDescriptor field)
    {
        var value = ValueOf(field);
        return value.FieldType switch
        {
            FieldType.String => LeafValue.Text,
            FieldType.Bytes => LeafValue.Octets,
            FieldType.Message => OfMessage(value.MessageType),
            FieldType.Bool or FieldType.Enum or FieldType.Float or FieldType.Double => LeafValue.Indivisible,
            _ => LeafValue.Integer,
        };
    }

    /// <summary>The type with its article, for people to read.</summary>
    public static string Describe(FieldDescriptor field)
    {
        var value = ValueOf(field);
        var type = value.FieldType switch
        {
            FieldType.Message => value.MessageType.FullName,
            FieldType.Enum => $"enum {value.EnumType.FullName}",
            var scalar => scalar.ToString().ToLowerInvariant(),
        };
        return field.IsMap ? $"a map to {type}" : field.IsRepeated ? $"a list of {type}" : $"{(type[0] is 'a' or 'e' or 'i' ? "an" : "a")} {type}";
    }

    /// <summary>The actions that fit, as the policy file has them.</summary>
    public static string Fitting(LeafValue value)
    {
        var words = Samples.Where(action => action.IsFor(value)).Select(Word).ToList();
        return $"{string.Join(", ", words.SkipLast(1))} and {words[^1]}";
    }

    /// <summary>Whether the integers stand on the wire in zigzag form, and the longest size of one.</summary>
    public static bool IsZigzag(FieldDescriptor field, out int longest)
    {
        var type = ValueOf(field).FieldType;
        longest = type == FieldType.SInt32 ? 5 : 10;
        return type is FieldType.SInt32 or FieldType.SInt64;
    }

    private static string Word(FieldAction action) => action switch
    {
        FieldAction.GeneraliseTime => "generalise to day, month or year",
        FieldAction.GeneraliseNumber => "generalise to a step",
        FieldAction.GeneraliseCode => "generalise to a prefix",
        _ => action.Name,
    };

    private static FieldDescriptor ValueOf(FieldDescriptor field) => field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;

    private static LeafValue OfMessage(MessageDescriptor type) => WellKnownType.Find(type) switch
    {
        { Rule: MessageRule.Timestamp } => LeafValue.Instant,
        { Rule: MessageRule.None } => Of(type.FindFieldByNumber(1)),
        _ => LeafValue.Indivisible,
    };
}
