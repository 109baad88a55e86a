namespace Exchange.Cli.Demo.World;

/// <summary>A node's process ended before it was ready, or was not ready in time.</summary>
public sealed class NodeNotReadyException(string lastWords) : Exception($"The node did not become ready. Its last words:{Environment.NewLine}{lastWords}");
