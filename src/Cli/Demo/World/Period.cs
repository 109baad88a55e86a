using Exchange.Vocabulary;

namespace Exchange.Cli.Demo.World;

/// <summary>From a moment up to, but not including, another.</summary>
public readonly record struct Period(Instant From, Instant Until)
{
    // The rules of certs-dev permit 366 days a request.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>The year before a moment.</summary>
    public static Period YearBefore(Instant moment) => new(moment - TimeSpan.FromDays(365), moment);

    /// <summary>Periods, one after the other, that together cover both moments and are each short enough for the rules.</summary>
    public static IReadOnlyList<Period> Covering(Instant first, Instant last)
    {
        List<Period> periods = [];
        var end = last + TimeSpan.FromSeconds(1);
        for (var start = first; start < end; start += Longest)
        {
            periods.Add(new Period(start, start + Longest < end ? start + Longest : end));
        }

        return periods;
    }
}
