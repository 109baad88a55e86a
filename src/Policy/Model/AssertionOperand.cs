namespace Exchange.Policy.Model;

/// <summary>What an assertion's function works on.</summary>
public enum AssertionOperand
{
    /// <summary>That values are there, whatever they are: count and exists.</summary>
    Presence,

    /// <summary>A whole number of any integer type.</summary>
    Integer,

    /// <summary>A message of exactly an int64 <c>minor_units</c> and a string <c>currency_code</c>.</summary>
    Money,

    /// <summary>A google.protobuf.Timestamp.</summary>
    Time,
}
