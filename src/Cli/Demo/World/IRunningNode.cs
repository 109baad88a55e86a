namespace Exchange.Cli.Demo.World;

/// <summary>A node that is ready; disposing of it stops it in order.</summary>
public interface IRunningNode : IAsyncDisposable
{
    /// <summary>Where it listens.</summary>
    NodeAddress Address { get; }
}
