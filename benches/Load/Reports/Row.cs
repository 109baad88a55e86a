using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Reports;

/// <summary>One line of the table: medians over the rounds. CPU and bytes are for one message.</summary>
internal sealed record Row(
    string Arm,
    CallKind Kind,
    int PayloadBytes,
    int InFlight,
    int MessagesPerCall,
    double PerSecond,
    double ToFloor,
    double P50Microseconds,
    double P99Microseconds,
    double ClientCpuMicroseconds,
    double ServerCpuMicroseconds,
    double ClientBytes,
    double ServerBytes)
{
    /// <summary>A row for each series; ratios are taken within a round, against the first arm of the workload.</summary>
    public static IReadOnlyList<Row> Of(IReadOnlyList<Series> series) =>
        [.. series.GroupBy(one => one.Workload).SelectMany(workload => workload.Select(one => Of(one, workload.First())))];

    private static Row Of(Series series, Series floor)
    {
        var samples = series.Samples;
        return new Row(
            series.Arm,
            series.Workload.Kind,
            series.Workload.PayloadBytes,
            series.Workload.InFlight,
            series.Workload.Messages,
            Median.Of(samples, sample => sample.PerSecond),
            Median.Of(samples.Zip(floor.Samples, (own, other) => own.PerSecond / other.PerSecond)),
            Median.Of(samples, sample => sample.P50),
            Median.Of(samples, sample => sample.P99),
            Median.Of(samples, sample => sample.Client.CpuMicroseconds / sample.Messages),
            Median.Of(samples, sample => sample.Processes.Sum(process => process.CpuMicroseconds) / sample.Messages),
            Median.Of(samples, sample => (double)sample.Client.AllocatedBytes!.Value / sample.Messages),
            Median.Of(samples, sample => (double)sample.Processes.Sum(process => process.AllocatedBytes ?? 0) / sample.Messages));
    }
}
