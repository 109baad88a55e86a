using Google.Protobuf.Reflection;

namespace Exchange.Policy.Minimisation;

/// <summary>Checks that a constraint is one for its field, and compiles it.</summary>
internal static class ConstraintCompiler
{
    /// <summary>The compiled constraint; what is wrong with it is added to the problems.</summary>
    public static ConstraintCheck? Compile(FieldConstraint constraint, FieldDescriptor field, string path, FieldSet leaves, List<string> problems)
    {
        var known = problems.Count;
        var type = field.FieldType;
        if (constraint.Pattern.Length > 0 && (type != FieldType.String || !IsPattern(constraint.Pattern)))
        {
            problems.Add($"the constraint on {path}: a pattern is a regular expression for a string");
        }

        if (constraint.MaximumLength > 0 && type is not (FieldType.String or FieldType.Bytes))
        {
            problems.Add($"the constraint on {path}: maximum_length is for strings and bytes");
        }

        if ((constraint.Minimum ?? constraint.Maximum) is not null && (!IsNumber(type) || constraint.Minimum > constraint.Maximum))
        {
            problems.Add($"the constraint on {path}: minimum and maximum are for numbers, in this order");
        }

        return problems.Count == known ? new(constraint, path, leaves) : null;
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = SharedPattern.Of(pattern);
            return true;
        }
        catch (Exception invalid) when (invalid is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static bool IsNumber(FieldType type) => type is not (FieldType.String or FieldType.Bytes or FieldType.Bool or FieldType.Enum or FieldType.Message or FieldType.Group);
}
