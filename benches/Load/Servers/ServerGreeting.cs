namespace Exchange.Benches.Load.Servers;

/// <summary>The first line that a server process writes: where it listens, and its certificate (DER).</summary>
internal sealed record ServerGreeting(int Port, byte[] Certificate);
