using Exchange.Benches.Load.Paced;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Transfers.Reports;

/// <summary>One line of the table of paced turns: medians over the rounds. Times count from the moment at which a call was due.</summary>
internal sealed record PacedRow(string Arm, int PayloadBytes, double OfferedPerSecond, double PerSecond, double P50Microseconds, double P99Microseconds, bool KeptUp)
{
    public static PacedRow Of(string arm, int payloadBytes, double offered, IReadOnlyList<PacedSample> samples) => new(
        arm,
        payloadBytes,
        offered,
        Median.Of(samples, sample => sample.PerSecond),
        Median.Of(samples, sample => sample.P50),
        Median.Of(samples, sample => sample.P99),
        samples.All(sample => sample.KeptUp));
}
