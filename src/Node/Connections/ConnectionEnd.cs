using Microsoft.AspNetCore.Connections;

namespace Exchange.Node.Connections;

/// <summary>
/// Lets go of connections whose peer has gone. After a storm of resets the HTTP/2 server can wait for ever for a stream whose last write it has
/// itself dropped (its log calls that "exceeded the output operations maximum queue size"); each such connection would keep its place among
/// <see cref="NodeLimits.Connections"/>, until a member that misbehaves has taken all of them.
/// </summary>
internal static class ConnectionEnd
{
    /// <summary>Longer than calls need to notice that their connection is gone.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Serves a connection until the server is done with it, or a while after its transport has closed.</summary>
    internal static async Task ServeAsync(ConnectionDelegate next, ConnectionContext connection, TimeSpan grace, TimeProvider clock)
    {
        var serving = next(connection);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = connection.ConnectionClosed.UnsafeRegister(static end => ((TaskCompletionSource)end!).TrySetResult(), closed).ConfigureAwait(false);
        await Task.WhenAny(serving, closed.Task).ConfigureAwait(false);
        if (!serving.IsCompleted)
        {
            using var patience = new CancellationTokenSource(grace, clock);
            await serving.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!serving.IsCompleted)
            {
                return; // Nobody waits for it any more; what it held goes with it.
            }
        }

        await serving.ConfigureAwait(false);
    }
}
