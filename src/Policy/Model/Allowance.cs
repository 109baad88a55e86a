namespace Exchange.Policy.Model;

/// <summary>How often something may be done within one calendar period, UTC.</summary>
/// <param name="Units">How often; at least 1.</param>
/// <param name="Per">The period after which the count begins anew.</param>
public sealed record Allowance(int Units, CalendarPeriod Per)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Units} per {Per switch
    {
        CalendarPeriod.Day => "day",
        CalendarPeriod.Month => "month",
        CalendarPeriod.Quarter => "quarter",
        _ => "year",
    }}";
}
