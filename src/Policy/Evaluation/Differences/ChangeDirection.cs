namespace Exchange.Policy.Evaluation.Differences;

/// <summary>Where a change leads. What cannot be compared counts as both: in doubt a change widens.</summary>
[Flags]
public enum ChangeDirection
{
    /// <summary>Nothing is released that was not, and nothing less.</summary>
    None = 0,

    /// <summary>Somebody may see or ask more.</summary>
    Widens = 1,

    /// <summary>Somebody may see or ask less.</summary>
    Narrows = 2,

    /// <summary>One and the other.</summary>
    Both = Widens | Narrows,
}
