namespace Exchange.Policy.Minimisation;

/// <summary>To what a time is generalised, in UTC.</summary>
public enum CalendarUnit
{
    /// <summary>From midnight.</summary>
    Day = 1,

    /// <summary>From the first day.</summary>
    Month = 2,

    /// <summary>From the first of January.</summary>
    Year = 3,
}
