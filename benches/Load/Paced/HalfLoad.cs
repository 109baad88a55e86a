using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Transfers.Arms;
using Exchange.Benches.Load.Transfers.Reports;

namespace Exchange.Benches.Load.Paced;

/// <summary>The governed arm at half of what it just carried, and at the same rate nginx and the relay: they take turns, as in every run.</summary>
internal static class HalfLoad
{
    /// <summary>The answers by which latency is judged.</summary>
    public const int PayloadBytes = 1024;

    private const int Workers = 64;

    /// <summary>Empty, when the run has nothing to take half of.</summary>
    public static async Task<IReadOnlyList<PacedRow>> MeasureAsync(
        IReadOnlyList<IArm> arms, IReadOnlyList<TransferRow> rows, RunPlan plan, Action<string> say, CancellationToken cancellation)
    {
        var most = rows.Where(row => row.Arm == TransferArms.Governed && row.PayloadBytes == PayloadBytes).Select(row => row.PerSecond).DefaultIfEmpty().Max();
        if (most == 0)
        {
            return [];
        }

        IArm[] taking = [.. arms.Where(arm => arm.Name is TransferArms.Governed or TransferArms.PassThrough or TransferArms.Relay)];
        var samples = taking.ToDictionary(arm => arm, _ => new List<PacedSample>());
        var workload = new Workload(CallKind.Unary, PayloadBytes, Workers, 1);
        for (var round = 0; round < plan.Rounds; round++)
        {
            for (var turn = 0; turn < taking.Length; turn++)
            {
                var arm = taking[(round + turn) % taking.Length];
                samples[arm].Add(await PacedTurn.MeasureAsync(arm, workload, most / 2, plan, cancellation));
            }
        }

        say($"Paced at {most / 2:N0}/s: {string.Join(", ", taking.Select(arm => $"{arm.Name} p99 {Median.Of(samples[arm], sample => sample.P99):N0} µs"))}");
        return [.. taking.Select(arm => PacedRow.Of(arm.Name, PayloadBytes, most / 2, samples[arm]))];
    }
}
