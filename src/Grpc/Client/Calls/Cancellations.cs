using System.Collections.Concurrent;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// The token sources of a channel's calls, used again: nearly no call is cancelled. Only a source that nobody holds any more comes back, for what
/// still held it would be cancelled with the next call.
/// </summary>
/// <param name="reuses">
/// Whether sources are used again. Not over a handler of somebody else's making: what that does with a token is not known here.
/// </param>
internal sealed class Cancellations(bool reuses)
{
    /// <summary>As many as calls of one channel end together on a busy machine; more are left to the garbage collector.</summary>
    private const int MostIdle = 256;

    private readonly ConcurrentQueue<CancellationTokenSource> _idle = [];
    private int _count;

    public CancellationTokenSource Rent()
    {
        if (!_idle.TryDequeue(out var source))
        {
            return new CancellationTokenSource();
        }

        Interlocked.Decrement(ref _count);
        return source;
    }

    public void Return(CancellationTokenSource source)
    {
        if (!reuses || !source.TryReset())
        {
            return;
        }

        if (Interlocked.Increment(ref _count) <= MostIdle)
        {
            _idle.Enqueue(source);
        }
        else
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
