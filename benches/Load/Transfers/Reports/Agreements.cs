using System.Diagnostics;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Transfers.Reports;

/// <summary>Key agreements of a node with the one recipient of a run, over all of it: a turn is too short to tell how many a minute brings.</summary>
/// <param name="Count">How many.</param>
/// <param name="Minutes">In how long.</param>
internal sealed record Agreements(long Count, double Minutes)
{
    /// <summary>One at the start, and one for each minute that was begun.</summary>
    public bool AtMostOneAMinute => Count <= 1 + Math.Ceiling(Minutes);

    /// <summary>Since an earlier reading; null where the node does not count them.</summary>
    public static Agreements? Between(Usage earlier, Usage later, long since) =>
        later.Since(earlier).Counts?.Agreements is { } count ? new Agreements(count, Stopwatch.GetElapsedTime(since).TotalMinutes) : null;
}
