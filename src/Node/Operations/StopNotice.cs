namespace Exchange.Node.Operations;

/// <summary>Says that the node is about to stop, before it does: probes and load balancers should learn it while they are still answered.</summary>
internal sealed class StopNotice : IDisposable
{
    private readonly CancellationTokenSource _given = new();

    /// <summary>Fires when the notice is given.</summary>
    internal CancellationToken Given => _given.Token;

    /// <inheritdoc/>
    public void Dispose() => _given.Dispose();

    internal Task GiveAsync() => _given.CancelAsync();
}
