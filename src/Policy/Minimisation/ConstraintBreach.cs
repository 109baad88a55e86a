namespace Exchange.Policy.Minimisation;

/// <summary>The part of a constraint that a record broke.</summary>
public enum ConstraintRule
{
    /// <summary>The field must be there.</summary>
    Required = 1,

    /// <summary>The text must match the pattern.</summary>
    Pattern = 2,

    /// <summary>The number must not be less.</summary>
    Minimum = 3,

    /// <summary>The number must not be greater.</summary>
    Maximum = 4,

    /// <summary>The text or bytes must not be longer.</summary>
    MaximumLength = 5,
}

/// <summary>Which constraint a record broke. It never carries the value.</summary>
/// <param name="Path">The field.</param>
/// <param name="Leaves">The leaf that it is, or those under it: only who gets some of them may be told.</param>
/// <param name="Rule">What was broken.</param>
public sealed record ConstraintBreach(string Path, FieldSet Leaves, ConstraintRule Rule);
