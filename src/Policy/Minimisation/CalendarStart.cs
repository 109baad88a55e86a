namespace Exchange.Policy.Minimisation;

/// <summary>When days, months and years begin, in the proleptic Gregorian calendar and UTC.</summary>
internal static class CalendarStart
{
    /// <summary>The second since the epoch at which the unit began that holds a second of the years 0001 to 9999.</summary>
    public static long Of(long second, CalendarUnit unit)
    {
        var day = DateTime.UnixEpoch.AddTicks(second * TimeSpan.TicksPerSecond).Date;
        var start = unit switch
        {
            CalendarUnit.Day => day,
            CalendarUnit.Month => day.AddDays(1 - day.Day),
            _ => day.AddDays(1 - day.DayOfYear),
        };
        return (start - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
    }
}
