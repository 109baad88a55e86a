using Exchange.Vocabulary;

namespace Exchange.Policy.Model;

/// <summary>A stretch of the calendar, in UTC; numbers are those of the format and of exchange.annotations.v1.</summary>
public enum CalendarPeriod
{
    /// <summary>From midnight to midnight.</summary>
    Day = 1,

    /// <summary>From the first of a month to the first of the next.</summary>
    Month = 2,

    /// <summary>Three months, the first of them January, April, July or October.</summary>
    Quarter = 3,

    /// <summary>From the first of January to the next.</summary>
    Year = 4,
}

/// <summary>Where calendar periods begin and end.</summary>
public static class CalendarPeriods
{
    /// <summary>The period that holds the instant: [start, end).</summary>
    public static (Instant Start, Instant End) Around(this CalendarPeriod period, Instant time)
    {
        var day = new DateTimeOffset(time.ToDateTimeOffset().Date, TimeSpan.Zero);
        var month = day.AddDays(1 - day.Day);
        var (start, end) = period switch
        {
            CalendarPeriod.Day => (day, day.AddDays(1)),
            CalendarPeriod.Month => (month, month.AddMonths(1)),
            CalendarPeriod.Quarter => (month.AddMonths(-((month.Month - 1) % 3)), month.AddMonths(3 - ((month.Month - 1) % 3))),
            CalendarPeriod.Year => (month.AddMonths(1 - month.Month), month.AddMonths(13 - month.Month)),
            _ => throw new ArgumentOutOfRangeException(nameof(period), period, "no calendar period"),
        };
        return (Instant.From(start), Instant.From(end));
    }
}
