namespace Exchange.Benches.Load.Rounds;

/// <summary>What one arm did with one workload in one round.</summary>
/// <param name="Messages">Messages that went there and back, or one way for a stream; calls, if unary.</param>
/// <param name="Elapsed">From the first call's start to the last one's end.</param>
/// <param name="P50">Median time of a call, microseconds.</param>
/// <param name="P99">99th percentile, microseconds.</param>
/// <param name="Client">What this process used.</param>
/// <param name="Processes">What the arm's other processes used, in their order.</param>
internal sealed record Sample(long Messages, TimeSpan Elapsed, double P50, double P99, Usage Client, IReadOnlyList<Usage> Processes)
{
    public double PerSecond => Messages / Elapsed.TotalSeconds;
}
