namespace Exchange.Node.Identity;

/// <summary>How much a member may ask of the node.</summary>
/// <param name="RequestsPerSecond">Sustained.</param>
/// <param name="Burst">At once, after a pause; at least <paramref name="RequestsPerSecond"/>.</param>
public sealed record Quota(int RequestsPerSecond, int Burst)
{
    /// <summary>What holds when the registry says nothing.</summary>
    public static Quota Default { get; } = new(RequestsPerSecond: 100, Burst: 200);
}
