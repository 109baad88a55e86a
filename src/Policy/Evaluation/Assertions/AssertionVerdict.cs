namespace Exchange.Policy.Evaluation.Assertions;

/// <summary>What an assertion came to; numbers are those of the format, which never sends a zero: every answer has the same size.</summary>
public enum AssertionVerdict
{
    /// <summary>It holds.</summary>
    True = 1,

    /// <summary>It does not hold.</summary>
    False = 2,

    /// <summary>It cannot be said: sums of another currency or of several, or the least or greatest of nothing.</summary>
    Undecided = 3,
}
