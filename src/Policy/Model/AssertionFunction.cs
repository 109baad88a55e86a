namespace Exchange.Policy.Model;

/// <summary>What an assertion takes from the values at its path, over all records of its window.</summary>
public enum AssertionFunction
{
    /// <summary>How many values there are; 0 of nothing.</summary>
    Count,

    /// <summary>Their sum; 0 of nothing.</summary>
    Sum,

    /// <summary>The least; undecided of nothing.</summary>
    Min,

    /// <summary>The greatest; undecided of nothing.</summary>
    Max,

    /// <summary>Whether there is any value; compared with nothing.</summary>
    Exists,
}
