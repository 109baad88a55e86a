namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>What a fleet is told.</summary>
/// <param name="Client">The client.yaml of the member that they all are.</param>
/// <param name="Clients">How many.</param>
internal sealed record FleetOrder(string Client, int Clients);
