namespace Exchange.Node.Identity;

/// <summary>How hard the node may lean on a provider.</summary>
/// <param name="Concurrent">Calls at one time.</param>
/// <param name="Deadline">The longest that one call may take.</param>
/// <param name="Connections">Connections over which the calls are spread.</param>
public sealed record ProviderLimits(int Concurrent, TimeSpan Deadline, int Connections)
{
    /// <summary>What holds when the registry says nothing.</summary>
    public static ProviderLimits Default { get; } = new(Concurrent: 64, Deadline: TimeSpan.FromSeconds(5), Connections: 2);
}
