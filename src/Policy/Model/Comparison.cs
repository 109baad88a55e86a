namespace Exchange.Policy.Model;

/// <summary>How a value stands to a literal.</summary>
public enum Comparison
{
    /// <summary>&lt;</summary>
    Less,

    /// <summary>&lt;=</summary>
    LessOrEqual,

    /// <summary>=</summary>
    Equal,

    /// <summary>!=</summary>
    NotEqual,

    /// <summary>&gt;=</summary>
    GreaterOrEqual,

    /// <summary>&gt;</summary>
    Greater,
}

/// <summary>What comparisons mean.</summary>
public static class Comparisons
{
    /// <summary>Whether a value stands so to the literal.</summary>
    public static bool Holds(this Comparison comparison, Int128 value, Int128 literal) => comparison switch
    {
        Comparison.Less => value < literal,
        Comparison.LessOrEqual => value <= literal,
        Comparison.Equal => value == literal,
        Comparison.NotEqual => value != literal,
        Comparison.GreaterOrEqual => value >= literal,
        Comparison.Greater => value > literal,
        _ => throw new ArgumentOutOfRangeException(nameof(comparison), comparison, "no comparison"),
    };
}
