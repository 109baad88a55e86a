namespace Exchange.Benches.Load.Rounds;

/// <summary>
/// All arms at all workloads. Within a workload the arms take turns, each round beginning with another one, so that whatever slows the machine
/// for a while slows all of them.
/// </summary>
internal sealed class Run(IReadOnlyList<IArm> arms, IReadOnlyList<Workload> workloads, RunPlan plan, Action<string> say)
{
    public async Task<IReadOnlyList<Series>> MeasureAsync(CancellationToken cancellation)
    {
        await WarmUpAsync(cancellation);

        var series = new List<Series>();
        foreach (var workload in workloads)
        {
            IArm[] taking = [.. arms.Where(arm => arm.Offers(workload.Kind))];
            var samples = taking.ToDictionary(arm => arm, _ => new List<Sample>());
            for (var round = 0; round < plan.Rounds; round++)
            {
                for (var turn = 0; turn < taking.Length; turn++)
                {
                    var arm = taking[(round + turn) % taking.Length];
                    samples[arm].Add(await Turn.MeasureAsync(arm, workload, plan, cancellation));
                }
            }

            series.AddRange(taking.Select(arm => new Series(arm.Name, workload, samples[arm])));
            say($"{workload.Kind}{(workload.Kind == CallKind.Connect ? string.Empty : $", {workload.PayloadBytes:N0} B")}, {workload.InFlight} in flight: {string.Join("; ", taking.Select(arm => $"{arm.Name} {Median.Of(samples[arm], sample => sample.PerSecond):N0}/s"))}");
        }

        return series;
    }

    /// <summary>Code is compiled, profiled and compiled again while it runs: the first seconds say nothing of the rest.</summary>
    private async Task WarmUpAsync(CancellationToken cancellation)
    {
        foreach (var workload in workloads.DistinctBy(workload => workload.Kind))
        {
            foreach (var arm in arms.Where(arm => arm.Offers(workload.Kind)))
            {
                await Turn.RunAsync(arm, workload with { InFlight = 16 }, plan.WarmUp, cancellation);
            }
        }

        say($"Warmed up: {arms.Count} arms, {plan.WarmUp.TotalSeconds:N1} s each for every kind of call.");
    }
}
