namespace Exchange.Node.Identity;

/// <summary>How hard the node may lean on a provider.</summary>
/// <param name="Concurrent">Calls at one time.</param>
/// <param name="Deadline">The longest that one call may take.</param>
public sealed record ProviderLimits(int Concurrent, TimeSpan Deadline)
{
    /// <summary>What holds when the registry says nothing.</summary>
    public static ProviderLimits Default { get; } = new(Concurrent: 64, Deadline: TimeSpan.FromSeconds(5));
}
