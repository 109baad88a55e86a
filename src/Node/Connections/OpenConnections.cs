using System.Collections.Concurrent;
using System.Net.Sockets;
using Exchange.Node.Identity;
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

    private readonly ConcurrentDictionary<ConnectionLife, MemberConnection?> _open = new();
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
        var member = connection.Features.Get<MemberConnection>();
        _open.TryAdd(life, member);
        try
        {
            if (_isEnding || member is { HasLostItsMember: true })
            {
                life.End(); // It came through while the door was closing, or while its member was removed.
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

    /// <summary>Tells the connections to go away whose member the registry in force knows no more, or knows by another anchor; returns how many.</summary>
    internal int EndThoseOfLostMembers()
    {
        var ended = 0;
        foreach (var (life, member) in _open)
        {
            if (member is { HasLostItsMember: true } && !life.Ending.IsCancellationRequested)
            {
                life.End();
                ended++;
            }
        }

        return ended;
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
