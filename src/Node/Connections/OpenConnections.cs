using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Exchange.Node.Connections;

/// <summary>
/// The members' connections that are open now, and the door through which more come. The node ends them itself before the server stops: a
/// server that is stopping looks no more after connections that only end, and would wait out the whole grace for each.
/// </summary>
internal sealed class OpenConnections(TimeSpan age, TimeSpan grace, TimeProvider clock) : IDisposable
{
    /// <summary>How long a handler that ignores its cancellation is waited for beyond the grace.</summary>
    private static readonly TimeSpan Unwinding = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ConnectionLife, byte> _open = new();
    private Socket? _door;
    private volatile bool _isEnding;

    /// <inheritdoc/>
    public void Dispose() => _door?.Dispose();

    /// <summary>The listening socket: closed first, so that whoever comes then is refused by the system and goes elsewhere at once.</summary>
    internal Socket Through(Socket door) => _door = door;

    /// <summary>Serves a connection to its end.</summary>
    internal async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        await using var life = new ConnectionLife(connection, age, grace, clock);
        _open.TryAdd(life, 0);
        try
        {
            if (_isEnding)
            {
                life.End(); // It came through while the door was closing.
            }

            connection.Features.Set(life);
            await ConnectionEnd.ServeAsync(next, connection, ConnectionEnd.Grace, clock).ConfigureAwait(false);
        }
        finally
        {
            _open.TryRemove(life, out _);
            life.HasEnded();
        }
    }

    /// <summary>Closes the door, tells every connection to go away, and returns when the last has ended, by itself or cut after the grace.</summary>
    internal async Task EndAllAsync()
    {
        _isEnding = true;
        _door?.Dispose();
        foreach (var life in _open.Keys)
        {
            life.End();
        }

        try
        {
            await Task.WhenAll(_open.Keys.Select(life => life.Ended)).WaitAsync(grace + Unwinding, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The server's own stop deals with what is left.
        }
    }
}
