using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>One line of the table of connects: medians over the rounds, everything for one connection.</summary>
internal sealed record ConnectRow(string Server, int AtOnce, double PerSecond, double P50Microseconds, double P99Microseconds, double ClientCpuMicroseconds, double ServerCpuMicroseconds)
{
    public static ConnectRow Of(Series series) => new(
        series.Arm,
        series.Workload.InFlight,
        Median.Of(series.Samples, sample => sample.PerSecond),
        Median.Of(series.Samples, sample => sample.P50),
        Median.Of(series.Samples, sample => sample.P99),
        Median.Of(series.Samples, sample => sample.Client.CpuMicroseconds / sample.Messages),
        Median.Of(series.Samples, sample => sample.Processes[0].CpuMicroseconds / sample.Messages));
}
