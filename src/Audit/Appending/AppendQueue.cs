using Exchange.Vocabulary;

namespace Exchange.Audit.Appending;

/// <summary>
/// The queue before the appender: many callers put, one thread takes all there is. Callers share no lock: each exchanges the newest link for its
/// own. The queue has no room of its own that could be full, for it is made of those who wait; what bounds them is the node's admission.
/// </summary>
/// <remarks>
/// Links stand newest first, and only the appender takes them, all at once. A link that was taken and put again between a caller's look and its
/// exchange does no harm: it is the newest either way, only the depth may then be that of before, and a depth merely says when to ring.
/// After the end is put, nothing is put any more.
/// </remarks>
internal sealed class AppendQueue : IDisposable
{
    /// <summary>While the appender is at work, nobody needs to ring.</summary>
    private const int Never = int.MaxValue;

    private readonly Bell _bell = Bell.Create();
    private readonly PendingAppend _end = new();
    private PendingAppend? _newest;
    private int _ringAt = Never;

    /// <summary>How many wait now; all that an int counts once the queue is closed.</summary>
    internal int Waiting => Volatile.Read(ref _newest)?.Depth ?? 0;

    public void Dispose() => _bell.Dispose();

    internal ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<byte> body, in Digest bound, IReleaseGate? gate, bool isCritical)
    {
        var pending = PendingAppend.Begin(body, bound, gate, isCritical);
        var task = pending.Task; // Before it is put: from then on it may be answered.
        if (!TryPut(pending))
        {
            pending.Decide(AppendResult.Refused(ErrorCode.ShuttingDown));
            pending.Answer();
        }

        return task;
    }

    /// <summary>Waits for work and takes all there is, in the order in which it came; empty when the queue is closed and empty.</summary>
    /// <param name="expected">How many are likely to come: for more than one, this waits until they are there or the time is over.</param>
    /// <param name="gathering">That time.</param>
    internal PendingList Take(int expected, TimeSpan gathering)
    {
        if (expected > 1 && gathering > TimeSpan.Zero)
        {
            WaitFor(expected, gathering);
        }

        while (Waiting == 0)
        {
            WaitFor(1, Timeout.InfiniteTimeSpan);
        }

        var newest = Volatile.Read(ref _newest)!;
        while (newest != _end && Interlocked.CompareExchange(ref _newest, null, newest) is var found && found != newest)
        {
            newest = found!;
        }

        if (newest == _end)
        {
            (newest, _end.Next) = (_end.Next, null);
        }

        return PendingList.Of(newest);
    }

    /// <summary>Lets nobody in any more; those who are in are still served.</summary>
    internal void Close() => TryPut(_end);

    private bool TryPut(PendingAppend pending)
    {
        for (var newest = Volatile.Read(ref _newest); newest != _end;)
        {
            var depth = pending == _end ? int.MaxValue : 1 + (newest?.Depth ?? 0);
            (pending.Next, pending.Depth) = (newest, depth);
            var found = Interlocked.CompareExchange(ref _newest, pending, newest);
            if (found == newest)
            {
                Ring(depth);
                return true;
            }

            newest = found;
        }

        return false;
    }

    private void Ring(int depth)
    {
        // The exchange before this look, and the one in WaitFor before its look at the queue, are full fences: one of the two sees the other.
        if (depth >= Volatile.Read(ref _ringAt) && Interlocked.Exchange(ref _ringAt, Never) != Never)
        {
            _bell.Ring();
        }
    }

    private void WaitFor(int depth, TimeSpan time)
    {
        Interlocked.Exchange(ref _ringAt, depth);
        if (Waiting < depth && _bell.Wait(time))
        {
            return;
        }

        if (Interlocked.Exchange(ref _ringAt, Never) == Never)
        {
            _bell.Wait(Timeout.InfiniteTimeSpan); // Somebody is at the bell: the next wait must not end by this ring.
        }
    }
}
