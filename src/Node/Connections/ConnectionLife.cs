using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Node.Connections;

/// <summary>
/// How long a connection lives. It is told to go away (GOAWAY, RFC 9113, 6.8) when it is old enough or the node stops; calls under way end
/// first, and what has not ended after a grace is cut, so that no stream holds a connection, or the node, for ever:
/// <code>
///   serving --age, or the node stops--> ending --its calls end--> closed
///                                       ending --grace----------> cut
/// </code>
/// </summary>
internal sealed class ConnectionLife : IAsyncDisposable
{
    /// <summary>By how many thousandths a connection's age may fall short, so that those which came together do not leave together.</summary>
    private const int Spread = 100;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConnectionContext _connection;
    private readonly IConnectionLifetimeNotificationFeature _lifetime;
    private readonly TimeSpan _grace;
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _onEnding;

    internal ConnectionLife(ConnectionContext connection, TimeSpan age, TimeSpan grace, TimeProvider clock)
    {
        _connection = connection;
        _lifetime = connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>();
        _grace = grace;
        Ending = _lifetime.ConnectionClosedRequested; // Kept: a call may look at it after the connection has gone.
        _timer = clock.CreateTimer(static life => ((ConnectionLife)life!).OnTimer(), this, age * (1 - (RandomNumberGenerator.GetInt32(Spread + 1) / 1000.0)), Timeout.InfiniteTimeSpan);
        _onEnding = Ending.UnsafeRegister(static life => ((ConnectionLife)life!).BeginGrace(), this);
    }

    /// <summary>Fires when the connection is told to go away: by its age, or because the node stops.</summary>
    internal CancellationToken Ending { get; }

    /// <summary>Completes with the connection.</summary>
    internal Task Ended => _ended.Task;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _onEnding.DisposeAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Tells the other side to go away.</summary>
    internal void End() => _lifetime.RequestClose();

    internal void HasEnded() => _ended.TrySetResult();

    private void OnTimer()
    {
        if (Ending.IsCancellationRequested)
        {
            _connection.Abort(new ConnectionAbortedException("The grace for calls under way is over."));
        }
        else
        {
            End();
        }
    }

    private void BeginGrace() => _timer.Change(_grace, Timeout.InfiniteTimeSpan);
}
