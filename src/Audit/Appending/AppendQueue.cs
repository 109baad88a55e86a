using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Exchange.Vocabulary;

namespace Exchange.Audit.Appending;

/// <summary>
/// The bounded queue before the appender: many callers put, one thread takes all there is. A full queue makes callers wait, without a
/// thread: what bounds them is the node's admission, and nobody is dropped.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore is never disposed: late callers still ask it, and without a wait handle it holds nothing.")]
internal sealed class AppendQueue(int capacity)
{
    private readonly object _gate = new();
    private readonly PendingAppend[] _ring = new PendingAppend[capacity];
    private readonly SemaphoreSlim _room = new(capacity, capacity);
    private readonly ConcurrentQueue<PendingAppend> _pool = new();
    private int _head;
    private int _count;
    private bool _isClosed;

    internal ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<byte> body, in Digest bound, IReleaseGate? gate, bool isCritical)
    {
        var room = _room.WaitAsync();
        return room.IsCompletedSuccessfully
            ? Enqueue(body, bound, gate, isCritical)
            : AppendWhenRoomAsync(room, body, bound, gate, isCritical);
    }

    /// <summary>Waits for work and takes what there is, as far as it fits; 0 when the queue is closed and empty.</summary>
    internal int Take(Span<PendingAppend> batch)
    {
        int taken;
        lock (_gate)
        {
            while (_count == 0)
            {
                if (_isClosed)
                {
                    return 0;
                }

                Monitor.Wait(_gate);
            }

            for (taken = 0; taken < batch.Length && _count > 0; taken++, _count--)
            {
                batch[taken] = _ring[_head];
                _ring[_head] = null!;
                _head = (_head + 1) % capacity;
            }
        }

        _room.Release(taken);
        return taken;
    }

    /// <summary>Lets nobody in any more; those who are in are still served.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }
    }

    internal void Return(PendingAppend pending)
    {
        if (_pool.Count < capacity)
        {
            _pool.Enqueue(pending);
        }
    }

    private async ValueTask<AppendResult> AppendWhenRoomAsync(Task room, ReadOnlyMemory<byte> body, Digest bound, IReleaseGate? gate, bool isCritical)
    {
        await room;
        return await Enqueue(body, bound, gate, isCritical);
    }

    private ValueTask<AppendResult> Enqueue(ReadOnlyMemory<byte> body, in Digest bound, IReleaseGate? gate, bool isCritical)
    {
        if (!_pool.TryDequeue(out var pending))
        {
            pending = new PendingAppend(this);
        }

        pending.Begin(body, bound, gate, isCritical);
        var task = pending.Task;
        lock (_gate)
        {
            if (!_isClosed)
            {
                _ring[(_head + _count++) % capacity] = pending;
                Monitor.Pulse(_gate);
                return task;
            }
        }

        _room.Release();
        pending.Complete(AppendResult.Refused(ErrorCode.ShuttingDown));
        return task;
    }
}
