using System.Diagnostics;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Paced;

/// <summary>One arm for a while under a load that comes at a rate of its own.</summary>
internal static class PacedTurn
{
    private static readonly TimeSpan Arrears = TimeSpan.FromSeconds(0.5);

    public static async Task<PacedSample> MeasureAsync(IArm arm, Workload workload, double perSecond, RunPlan plan, CancellationToken cancellation)
    {
        await using var load = PacedLoad.Start(arm, workload, perSecond, Arrears);
        await Task.Delay(plan.RunIn, cancellation);
        load.Take();
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(plan.Duration, cancellation);
        var latencies = load.Take();
        load.DemandAnswers();
        return new PacedSample(latencies.Count / Stopwatch.GetElapsedTime(start).TotalSeconds, latencies.Microseconds(0.5), latencies.Microseconds(0.99), load.KeptUp);
    }
}
