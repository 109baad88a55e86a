namespace Exchange.Policy.Model;

/// <summary>The right side of an assertion: how its value is compared, and with what.</summary>
/// <param name="Comparison">How.</param>
/// <param name="Literal">A whole number: itself, minor units of money, or microseconds since the epoch of a day's first moment, UTC.</param>
/// <param name="Currency">The currency of money, three capital letters; null for all else.</param>
public sealed record Threshold(Comparison Comparison, Int128 Literal, string? Currency = null)
{
    /// <summary>Whether a value in the literal's unit, of the threshold's currency, passes.</summary>
    public bool Holds(Int128 value) => Comparison.Holds(value, Literal);
}
