namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>What a fleet did to those who were connected already, in one round.</summary>
/// <param name="Clients">How many connected at once.</param>
/// <param name="OfferedPerSecond">The steady load, transfers a second, from other connections.</param>
/// <param name="P99BeforeMicroseconds">Its 99th percentile before, microseconds, counted from when a transfer was due.</param>
/// <param name="P99DuringMicroseconds">From the first connect until the last client was served.</param>
/// <param name="P99AfterMicroseconds">After that.</param>
/// <param name="Failures">Calls of the steady load that failed.</param>
/// <param name="Outcome">What became of the fleet.</param>
internal sealed record FleetRow(int Clients, double OfferedPerSecond, double P99BeforeMicroseconds, double P99DuringMicroseconds, double P99AfterMicroseconds, int Failures, FleetOutcome Outcome);
