namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>What a fleet did to those who were connected already, in one round.</summary>
/// <param name="Clients">How many connected at once.</param>
/// <param name="Offered">The steady load, transfers a second, from other connections.</param>
/// <param name="P99Before">Its 99th percentile before, microseconds, counted from when a transfer was due.</param>
/// <param name="P99During">From the first connect until the last client was served.</param>
/// <param name="P99After">After that.</param>
/// <param name="Failures">Calls of the steady load that failed.</param>
/// <param name="Outcome">What became of the fleet.</param>
internal sealed record FleetRow(int Clients, double Offered, double P99Before, double P99During, double P99After, int Failures, FleetOutcome Outcome);
