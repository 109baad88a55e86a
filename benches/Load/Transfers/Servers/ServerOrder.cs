namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>What a server of a run is told before it starts.</summary>
/// <param name="Certificates">The folder of the authority, the node and the members.</param>
/// <param name="Configuration">The node's node.yaml.</param>
/// <param name="Provider">Where the provider is, for the relay.</param>
/// <param name="Connections">Over how many connections the relay asks it.</param>
/// <param name="ProfilesAllocations">Whether the node tells at its end which types it allocated.</param>
internal sealed record ServerOrder(string Certificates, string Configuration, Uri? Provider, int Connections, bool ProfilesAllocations = false);
