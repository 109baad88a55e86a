using Exchange.Node.Admission;
using Exchange.Node.Refusals;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Node.Statistics;

/// <summary>What one result of statistics covers: one provider's cells of one dataset in one whole period of the calendar.</summary>
/// <param name="Provider">Who holds the cells.</param>
/// <param name="Dataset">What they are cells of.</param>
/// <param name="Start">Its first moment; a midnight, UTC.</param>
/// <param name="End">The first moment after it; a midnight, UTC.</param>
internal readonly record struct Partition(MemberId Provider, DatasetId Dataset, Instant Start, Instant End)
{
    /// <summary>
    /// The partition that a request asks for. Any other period is refused, however little it differs: of two results that overlap, the
    /// difference is a figure that nobody suppressed.
    /// </summary>
    internal static bool TryRead(in FetchAsk ask, StatisticsLayout layout, Instant now, out Partition partition, out Violation violation)
    {
        var (start, end) = (new Instant(ask.PeriodStart), new Instant(ask.PeriodEnd));
        partition = new(ask.Names.Provider.Id, ask.Names.Dataset.Id, start, end);
        violation = default;

        // A start after now may be beyond the calendar; an end that is not after now keeps both within it.
        if (ask.PeriodStart > 0 && end > start && end <= now && layout.Period.Around(start) == (start, end))
        {
            return true;
        }

        var current = layout.Period.Around(now).Start;
        var last = layout.Period.Around(current - TimeSpan.FromDays(1));
        violation = new("period", $"name exactly one {layout.Period.ToString().ToLowerInvariant()} of the calendar, UTC, that has ended; the last one is [{last.Start}, {last.End})");
        return false;
    }

    /// <summary>Whether the two share a moment without being the same.</summary>
    internal bool Contradicts(in Partition other) =>
        Provider == other.Provider && Dataset == other.Dataset && Start < other.End && other.Start < End && this != other;
}
