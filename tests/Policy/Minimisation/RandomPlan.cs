using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>
/// Random actions for leaves, and random constraints for fields. The actions are words: <c>keep</c>, <c>drop</c>, <c>mask first 4</c>,
/// <c>truncate 3</c>, <c>begin month</c>, <c>step 1000</c>, <c>prefix 2</c>, <c>pseudonymise</c>.
/// </summary>
internal static class RandomPlan
{
    private static readonly long[] Steps = [2, 3, 7, 10, 60, 1000, 1 << 20, int.MaxValue, 1L << 32, 1_000_000_007L * 3, long.MaxValue];
    private static readonly string[] Patterns = ["[0-9]{1,2}|[^0-9]+", "a|.{2,}", "[^x]{0,60}", @"\p{L}+|[0-9 ]*"];

    /// <summary>An action for a path of the record.</summary>
    public static string Action(Random random, MessageDescriptor record, string path)
    {
        if (random.Next(10) is var draw && draw < 5)
        {
            return draw == 0 ? "drop" : "keep";
        }

        var fitting = Fitting(random, FieldOf(record, path)).ToList();
        return fitting.Count == 0 ? "keep" : fitting[random.Next(fitting.Count)];
    }

    /// <summary>A constraint for a few fields, which most records fulfil.</summary>
    public static TestConstraint? Constraint(Random random, FieldDescriptor field)
    {
        if (random.Next(10) > 0)
        {
            return null;
        }

        var isRequired = random.Next(4) == 0;
        return field.FieldType switch
        {
            _ when field.IsMap => isRequired ? new(Required: true) : null,
            FieldType.String => new(isRequired, random.Next(4) > 0 ? Patterns[random.Next(Patterns.Length)] : "", MaximumLength: random.Next(2) == 0 ? (uint)random.Next(7, 130) : 0),
            FieldType.Bytes => new(isRequired, MaximumLength: (uint)random.Next(4, 130)),
            FieldType.Bool or FieldType.Enum or FieldType.Message => isRequired ? new(Required: true) : null,
            _ => new(isRequired, Minimum: random.Next(2) == 0 ? -random.Next(2000) : null, Maximum: random.Next(2) == 0 ? random.NextInt64(1, long.MaxValue) : null),
        };
    }

    private static IEnumerable<string> Fitting(Random random, FieldDescriptor field)
    {
        var value = field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;
        if (value.FieldType == FieldType.Message)
        {
            if (value.MessageType.FullName == "google.protobuf.Timestamp")
            {
                return ["begin day", "begin month", "begin year"];
            }

            if (!value.MessageType.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal) || value.MessageType.FindFieldByName("value") is not { } wrapped)
            {
                return [];
            }

            value = wrapped;
        }

        return value.FieldType switch
        {
            FieldType.String => [$"mask first {random.Next(5)}", $"mask last {random.Next(5)}", $"truncate {random.Next(1, 12)}", $"prefix {random.Next(1, 6)}", "pseudonymise"],
            FieldType.Bytes => [$"truncate {random.Next(1, 12)}", "pseudonymise"],
            FieldType.Bool or FieldType.Enum or FieldType.Float or FieldType.Double or FieldType.Message => [],
            _ => [$"step {Steps[random.Next(Steps.Length)]}"],
        };
    }

    private static FieldDescriptor FieldOf(MessageDescriptor type, string path)
    {
        var steps = path.Split('.');
        foreach (var step in steps[..^1])
        {
            var field = type.FindFieldByName(step);
            type = field.IsMap ? field.MessageType.FindFieldByNumber(2).MessageType : field.MessageType;
        }

        return type.FindFieldByName(steps[^1]);
    }
}
