namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>What became of a fleet.</summary>
/// <param name="Served">Clients that had their answer.</param>
/// <param name="Seconds">From the first connect until the last of them had it, or gave up.</param>
/// <param name="P50Milliseconds">Median time of a client from its start to its answer.</param>
/// <param name="SlowestMilliseconds">The slowest one's.</param>
/// <param name="Failures">Calls that failed and were made again: their connection was not taken, or cut.</param>
/// <param name="Fault">What one of those said; null when there was none.</param>
internal sealed record FleetOutcome(int Served, double Seconds, double P50Milliseconds, double SlowestMilliseconds, int Failures, string? Fault);
