using System.Diagnostics;
using Exchange.Benches.Load.Echoes;

namespace Exchange.Benches.Load.Rounds;

/// <summary>One arm at one workload for a while: a fixed number of workers, each with one call in flight (a closed loop).</summary>
internal static class Turn
{
    public static async Task<Sample> MeasureAsync(IArm arm, Workload workload, RunPlan plan, CancellationToken cancellation)
    {
        await RunAsync(arm, workload, plan.RunIn, cancellation);

        var processes = await ReadAsync(arm);
        var client = Usage.OfThisProcess();
        var (latencies, elapsed) = await RunAsync(arm, workload, plan.Duration, cancellation);
        var used = Usage.OfThisProcess().Since(client);
        var usedByProcesses = (await ReadAsync(arm)).Zip(processes, (now, then) => now.Since(then));
        return new Sample(
            latencies.Count * workload.Messages, elapsed, latencies.Microseconds(0.5), latencies.Microseconds(0.99), used, [.. usedByProcesses]);
    }

    public static async Task<(LatencyHistogram Latencies, TimeSpan Elapsed)> RunAsync(IArm arm, Workload workload, TimeSpan duration, CancellationToken cancellation)
    {
        var message = new byte[workload.PayloadBytes];
        new Random(workload.PayloadBytes).NextBytes(message);
        StreamLength.Write(message, workload.Messages);

        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var latencies = Enumerable.Range(0, workload.InFlight).Select(_ => new LatencyHistogram()).ToArray();
        var workers = latencies.Select((own, worker) => WorkAsync(arm, workload, message, worker, own, end, cancellation)).ToArray();
        try
        {
            await Task.WhenAll(workers).WaitAsync(duration + RunPlan.Patience, cancellation);
        }
        catch (TimeoutException fault)
        {
            throw new TimeoutException($"{arm.Name}, {workload.InFlight} in flight: calls lasted {RunPlan.Patience.TotalSeconds:N0} s longer than their turn.", fault);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        cancellation.ThrowIfCancellationRequested(); // Workers that have noticed first end like those whose time is over.

        var all = new LatencyHistogram();
        foreach (var own in latencies)
        {
            all.Add(own);
        }

        return (all, elapsed);
    }

    private static async Task WorkAsync(
        IArm arm, Workload workload, byte[] message, int worker, LatencyHistogram latencies, long end, CancellationToken cancellation)
    {
        await Task.Yield();
        for (var now = Stopwatch.GetTimestamp(); now < end && !cancellation.IsCancellationRequested;)
        {
            await arm.CallAsync(worker, workload, message);
            var then = now;
            now = Stopwatch.GetTimestamp();
            latencies.Add(now - then);
        }
    }

    private static async Task<List<Usage>> ReadAsync(IArm arm)
    {
        var usages = new List<Usage>();
        foreach (var process in arm.Processes)
        {
            usages.Add(await process.ReadUsageAsync());
        }

        return usages;
    }
}
