using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client.Calls;

namespace Grpc.Net.Client.Connections;

/// <summary>
/// Keeps a channel from hammering a server that cannot be reached (grpc/doc/connection-backoff.md). The handler connects whenever a call needs
/// it; after an attempt has failed, calls fail at once until the next is due:
/// <code>
///   sound --a connection breaks-----> suspect        the next call connects at once
///   sound, suspect --a connect fails--> waiting      1 s, then 1.6 times as long after each further failure, give or take a fifth
///   suspect, waiting --a response-----> sound
/// </code>
/// A call takes what it sees with it when it begins and changes only that, so that many calls that fail of one cause count once.
/// </summary>
internal sealed class Reconnecting(TimeSpan initial, TimeSpan? maximum, TimeProvider clock)
{
    private const double Multiplier = 1.6;
    private const double Jitter = 0.2;
    private const int Steps = 1000;

    private Trouble? _trouble;

    /// <summary>What a call sees as it begins; null while all is sound.</summary>
    public Trouble? Seen => Volatile.Read(ref _trouble);

    /// <summary>Fails a call that comes before the next attempt is due.</summary>
    /// <exception cref="RpcException">UNAVAILABLE; the message says when it will be tried again.</exception>
    public void ThrowIfWaiting(Trouble? seen)
    {
        if (seen is not null && seen.RetryAt - clock.GetUtcNow() is { Ticks: > 0 } left)
        {
            throw new RpcException(new Status(
                StatusCode.Unavailable,
                string.Create(null, $"{TransportFailure.Connection(seen.Cause)} It is tried again in {Math.Ceiling(left.TotalMilliseconds):0} ms."),
                seen.Cause));
        }
    }

    /// <summary>A response came.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _trouble) is not null)
        {
            Volatile.Write(ref _trouble, null);
        }
    }

    /// <summary>The transport failed a call. Always false, for a filter that looks on.</summary>
    public bool Failed(Trouble? seen, Exception cause)
    {
        if (IsConnect(cause) || (seen is not null && IsBroken(cause)))
        {
            var delay = seen is null or { Delay.Ticks: 0 } ? initial : seen.Delay * Multiplier;
            delay = delay > maximum ? maximum.Value : delay;
            var spread = delay * (1 + (Jitter * RandomNumberGenerator.GetInt32(-Steps, Steps + 1) / Steps));
            Interlocked.CompareExchange(ref _trouble, new Trouble(delay, clock.GetUtcNow() + spread, cause), seen);
        }
        else if (IsBroken(cause))
        {
            Interlocked.CompareExchange(ref _trouble, new Trouble(TimeSpan.Zero, DateTimeOffset.MinValue, cause), seen);
        }

        return false;
    }

    /// <summary>Whether a connection could not be made.</summary>
    private static bool IsConnect(Exception cause) => cause
        is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError }
        or OperationCanceledException { InnerException: TimeoutException };

    /// <summary>Whether a connection ended under a call; a peer that refuses this side's certificate does that first, since TLS 1.3 tells it late.</summary>
    private static bool IsBroken(Exception cause) => cause is HttpRequestException { InnerException: not HttpProtocolException } or IOException;

    /// <summary>What is wrong, and since which attempt.</summary>
    /// <param name="Delay">The pause after the last attempt, before its jitter; zero if none was needed.</param>
    /// <param name="RetryAt">When the next is due.</param>
    /// <param name="Cause">What the last one failed of.</param>
    internal sealed record Trouble(TimeSpan Delay, DateTimeOffset RetryAt, Exception Cause);
}
