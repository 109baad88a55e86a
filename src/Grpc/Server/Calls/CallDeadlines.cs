using System.Collections.Concurrent;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// The deadlines that wait for a call: each is a timer, a token source and a bond, and would else be made for every call. As with the transport's own
/// token, which serves request after request too, a token says nothing any more once its call has ended.
/// </summary>
internal sealed class CallDeadlines(TimeProvider clock)
{
    /// <summary>As many as calls end together on a busy machine; more are left to the garbage collector.</summary>
    private const int MostIdle = 256;

    private readonly ConcurrentQueue<CallDeadline> _idle = [];
    private int _count;

    /// <summary>A deadline for a call, which gives it to <see cref="Return"/> when it ends.</summary>
    public CallDeadline Rent()
    {
        if (!_idle.TryDequeue(out var deadline))
        {
            return new CallDeadline(clock);
        }

        Interlocked.Decrement(ref _count);
        return deadline;
    }

    /// <summary>Takes back a deadline whose call has ended.</summary>
    /// <param name="deadline">The deadline.</param>
    /// <param name="hasPassed">Whether it has passed, and something may still be under way for it.</param>
    public void Return(CallDeadline deadline, bool hasPassed)
    {
        if (hasPassed || !deadline.TryReset())
        {
            deadline.Dispose();
        }
        else if (Interlocked.Increment(ref _count) <= MostIdle)
        {
            _idle.Enqueue(deadline);
        }
        else
        {
            Interlocked.Decrement(ref _count);
            deadline.Dispose();
        }
    }
}
