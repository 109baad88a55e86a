using System.Globalization;
using Exchange.Benches.Load.Paced;
using Exchange.Benches.Load.Transfers.Arms;

namespace Exchange.Benches.Load.Transfers.Reports;

/// <summary>What transfers are to reach, judged by the rows of a run.</summary>
internal static class TransferTargets
{
    private const int UsualBytes = 1024;
    private const int LargeBytes = 256 * 1024;
    private const int InFlight = 64;
    private const double MostPacedMicroseconds = 10_000;
    private const double MostAddedMicroseconds = 1_000;
    private const double MostCpuMicroseconds = 25;
    private const double MostBytes = 2_048;

    public static IReadOnlyList<TransferTarget> Of(IReadOnlyList<TransferRow> rows, IReadOnlyList<BareCall> bare, IReadOnlyList<PacedRow> paced, Agreements? agreements)
    {
        var (direct, nginx, relay, governed) = (Row(TransferArms.Direct), Row(TransferArms.PassThrough), Row(TransferArms.Relay), Row(TransferArms.Governed));
        var usual = $"{UsualBytes:N0} B, {InFlight} in flight";
        return
        [
            TransferTarget.AtLeast($"governed ÷ nginx, {usual}", 2, Ratio(governed(UsualBytes, InFlight)), Absent((TransferArms.PassThrough, nginx), (TransferArms.Governed, governed))),
            TransferTarget.Published($"relay ÷ nginx, {usual}", string.Empty, Ratio(relay(UsualBytes, InFlight)), Absent((TransferArms.PassThrough, nginx), (TransferArms.Relay, relay))),
            TransferTarget.AtMost(
                $"node's CPU beyond the relay's, {usual}", MostCpuMicroseconds, "µs",
                governed(UsualBytes, InFlight)?.BetweenCpuMicroseconds - relay(UsualBytes, InFlight)?.BetweenCpuMicroseconds,
                Absent((TransferArms.Relay, relay), (TransferArms.Governed, governed))),
            TransferTarget.AtMost(
                $"p50 beyond direct, {UsualBytes:N0} B, 1 in flight", MostAddedMicroseconds, "µs",
                governed(UsualBytes, 1)?.P50Microseconds - direct(UsualBytes, 1)?.P50Microseconds,
                Absent((TransferArms.Direct, direct), (TransferArms.Governed, governed))),
            TransferTarget.AtMost(
                $"p99 at half of the most, {HalfLoad.PayloadBytes:N0} B", MostPacedMicroseconds, "µs",
                paced.FirstOrDefault(row => row.Arm == TransferArms.Governed && row.KeptUp)?.P99Microseconds,
                paced.Any(row => row.Arm == TransferArms.Governed) ? "did not keep up" : "not paced"),
            Bytes(1),
            Bytes(InFlight),
            TransferTarget.AtLeast(
                $"governed ÷ nginx in bytes/s, {LargeBytes:N0} B, {InFlight} in flight", 0.6, Ratio(governed(LargeBytes, InFlight)), Absent((TransferArms.PassThrough, nginx), (TransferArms.Governed, governed))),
            TransferTarget.Published("node's peak of resident memory", "MB", rows.Where(row => row.Arm == TransferArms.Governed).Max(row => row.BetweenPeakBytes) / 1e6, Told("not told")),
            TransferTarget.AtMost($"commits (a signature and a sync each) for 1,000 transfers, {usual}", 1000, string.Empty, governed(UsualBytes, InFlight)?.CommitsPerThousand, Uncounted()),
            TransferTarget.Published($"entries a commit, {usual}", string.Empty, governed(UsualBytes, InFlight)?.EntriesPerCommit, Uncounted()),
            new(
                string.Create(CultureInfo.InvariantCulture, $"key agreements with the recipient in {agreements?.Minutes ?? 0:F1} minutes"),
                "at most 1 a minute, and 1 at the start", agreements?.Count, "in all", agreements?.AtMostOneAMinute, agreements is null ? Told("not counted") : null),
        ];

        Func<int, int, TransferRow?> Row(string arm) => (bytes, inFlight) => rows.FirstOrDefault(row => row.Arm == arm && row.PayloadBytes == bytes && row.InFlight == inFlight);

        TransferTarget Bytes(int inFlight) => TransferTarget.AtMost(
            $"node's bytes beyond a bare HttpClient call, {UsualBytes:N0} B, {inFlight} in flight", MostBytes, "B",
            governed(UsualBytes, inFlight)?.BetweenBytes - bare.FirstOrDefault(call => call.PayloadBytes == UsualBytes && call.InFlight == inFlight)?.Bytes,
            Absent((TransferArms.Governed, governed)));

        string Uncounted() => governed(UsualBytes, InFlight) is null ? Absent((TransferArms.Governed, governed)) : "not counted";

        string Told(string otherwise) => rows.Any(row => row.Arm == TransferArms.Governed) ? otherwise : $"no {TransferArms.Governed}";

        string Absent(params (string Arm, Func<int, int, TransferRow?> Row)[] needed) =>
            needed.Select(one => one.Arm).FirstOrDefault(arm => rows.All(row => row.Arm != arm)) is { } absent ? $"no {absent}" : "not measured";
    }

    private static double? Ratio(TransferRow? row) => row?.ToReference;
}
