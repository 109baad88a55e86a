namespace Exchange.Benches.Load.Rounds;

/// <summary>The samples of one arm at one workload, one a round.</summary>
internal sealed record Series(string Arm, Workload Workload, IReadOnlyList<Sample> Samples);
