namespace Exchange.Benches.Load.Paced;

/// <summary>What an arm did under a paced load in one round.</summary>
/// <param name="PerSecond">Calls that ended, a second.</param>
/// <param name="P50">Median time from when a call was due to its end, microseconds.</param>
/// <param name="P99">99th percentile of it.</param>
/// <param name="KeptUp">Whether the arm carried the rate.</param>
internal sealed record PacedSample(double PerSecond, double P50, double P99, bool KeptUp);
