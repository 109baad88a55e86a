using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Transfers.Reports;

/// <summary>
/// One line of the table: medians over the rounds, everything for one transfer. What lies between client and provider has its own columns; the
/// last four are null where nothing lies there that tells. The ratio is that of transfers a second to the arm that is named beside it, null where
/// that takes no part.
/// </summary>
internal sealed record TransferRow(
    string Arm,
    int PayloadBytes,
    int InFlight,
    double PerSecond,
    string Reference,
    double? ToReference,
    double P50Microseconds,
    double P99Microseconds,
    double ClientCpuMicroseconds,
    double BetweenCpuMicroseconds,
    double ProviderCpuMicroseconds,
    double ClientBytes,
    double? BetweenBytes,
    double? BetweenPeakBytes,
    double? CommitsPerThousand,
    double? EntriesPerCommit)
{
    /// <summary>A row for each series; ratios are taken within a round, against the arm of that name.</summary>
    public static IReadOnlyList<TransferRow> Of(IReadOnlyList<Series> series, string reference) =>
        [.. series.GroupBy(one => one.Workload).SelectMany(workload => workload.Select(one => Of(one, reference, workload.FirstOrDefault(other => other.Arm == reference))))];

    private static TransferRow Of(Series series, string name, Series? reference)
    {
        var samples = series.Samples;
        return new TransferRow(
            series.Arm,
            series.Workload.PayloadBytes,
            series.Workload.InFlight,
            Median.Of(samples, sample => sample.PerSecond),
            name,
            reference is null ? null : Median.Of(samples.Zip(reference.Samples, (own, other) => own.PerSecond / other.PerSecond)),
            Median.Of(samples, sample => sample.P50),
            Median.Of(samples, sample => sample.P99),
            Median.Of(samples, sample => sample.Client.CpuMicroseconds / sample.Messages),
            Median.Of(samples, sample => sample.Processes.SkipLast(1).Sum(process => process.CpuMicroseconds) / sample.Messages),
            Median.Of(samples, sample => sample.Processes[^1].CpuMicroseconds / sample.Messages),
            Median.Of(samples, sample => (double)sample.Client.AllocatedBytes!.Value / sample.Messages),
            MedianOf(samples, sample => (double?)Between(sample)?.AllocatedBytes / sample.Messages),
            samples.Max(sample => Between(sample)?.PeakBytes),
            MedianOf(samples, sample => 1000.0 * Between(sample)?.Counts?.Commits / sample.Messages),
            MedianOf(samples, sample => Between(sample)?.Counts is { Commits: > 0 and var commits, Entries: var entries } ? (double?)entries / commits : null));
    }

    /// <summary>What stands between client and provider.</summary>
    private static Usage? Between(Sample sample) => sample.Processes.Count > 1 ? sample.Processes[0] : null;

    private static double? MedianOf(IReadOnlyList<Sample> samples, Func<Sample, double?> figure) =>
        samples.Select(figure).OfType<double>().ToArray() is { Length: > 0 } known ? Median.Of(known) : null;
}
