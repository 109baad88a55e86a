using System.Security.Cryptography;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Storage;
using Exchange.Audit.Tiles;
using Exchange.Vocabulary;

namespace Exchange.Audit.Appending;

/// <summary>
/// The one thread that appends. For all who wait it takes these steps, and answers nobody before the last:
/// <code>
///   queue ─▶ 1 place ─▶ 2 admit ─▶ 3 encode and hash ─▶ 4 sign ─▶ 5 write ─▶ 6 sync ─▶ 7 answer
///            room, clock  gate       prefix, leaf, tree    once      once       once
/// </code>
/// After a failure in steps 4 to 6 nothing is appended any more: what the disk holds is unknown until a start has read it again.
/// </summary>
internal sealed class AuditAppender
{
    private readonly AuditLogOptions _options;
    private readonly TimeProvider _clock;
    private readonly ECDsa _key;
    private readonly Digest _keyId;
    private readonly LogState _state;
    private readonly SegmentWriter _segments;
    private readonly TileStore? _tiles;
    private readonly GroupBuilder _builder;
    private readonly AppendQueue _queue;
    private readonly PendingAppend[] _batch;
    private readonly PendingAppend[] _admitted;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception> _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal AuditAppender(AuditLogOptions options, LogState state, SegmentWriter segments, TileStore? tiles, ECDsa key, TimeProvider clock)
    {
        (_options, _state, _segments, _tiles, _key, _clock) = (options, state, segments, tiles, key, clock);
        _keyId = KeyThumbprint.Of(key);
        _builder = new GroupBuilder(options.Origin, state, options.MaximumGroupBytes, options.MaximumGroupEntries);
        _queue = new AppendQueue(options.QueueCapacity);
        _batch = new PendingAppend[options.MaximumGroupEntries];
        _admitted = new PendingAppend[options.MaximumGroupEntries];
        Durable = new DurablePoint(state.Size, state.Tree.Root);
    }

    /// <summary>What is durable.</summary>
    internal DurablePoint Durable { get; }

    /// <summary>Completes with the failure that ended appending.</summary>
    internal Task<Exception> Faulted => _faulted.Task;

    internal ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<byte> body, in Digest bound, IReleaseGate? gate, bool isCritical) =>
        _queue.AppendAsync(body, bound, gate, isCritical);

    /// <summary>
    /// Before the start: a group of one entry that another key signs. It is durable when this returns; no entry can come between it and what the
    /// log's own key signs.
    /// </summary>
    /// <exception cref="IOException">It could not be written, or there is no room.</exception>
    /// <exception cref="ArgumentException">The body is no canonical entry.</exception>
    internal void AppendUnder(ECDsa key, ReadOnlySpan<byte> body)
    {
        if (!EntryReader.TryReadBody(body, out var fields, out var problem))
        {
            throw new ArgumentException($"The body is no canonical AuditEntry: {problem}.", nameof(body));
        }

        if (!TryTakeTime(out var time))
        {
            throw new IOException($"The clock stands at {_clock.Now()}, before the log's last entry ({_state.LastTime}): set it, and start again.");
        }

        if (!_segments.HasRoom(_builder.ExtentWith(body.Length)) && !_segments.TryRoll(_options.Origin, _state))
        {
            throw new LogStorageFullException("There is no room for another segment of the audit log.");
        }

        _builder.Append(body, fields.BoundDigest, time);
        _builder.Seal(key, KeyThumbprint.Of(key));
        _segments.Append(_builder.Extent.Span);
        Durable.Publish(_state.Size, _builder.TreeRoot);
        _tiles?.Offer(_state.Size - 1, _builder.LeafHashes(1));
    }

    /// <summary>Begins to serve.</summary>
    internal void Start() => new Thread(Run) { IsBackground = true, Name = "audit appender" }.Start();

    /// <summary>Serves those who wait, refuses the rest, and ends the thread.</summary>
    internal async Task StopAsync()
    {
        _queue.Close();
        await _stopped.Task;
    }

    private void Run()
    {
        for (int count; (count = _queue.Take(_batch)) > 0;)
        {
            for (var at = 0; at < count;)
            {
                at += Commit(_batch.AsSpan(at, count - at));
            }

            _batch.AsSpan(0, count).Clear();
        }

        _stopped.SetResult();
    }

    /// <summary>Makes one group of the first of those who wait, and returns how many it took.</summary>
    private int Commit(ReadOnlySpan<PendingAppend> waiting)
    {
        if (_faulted.Task.IsCompleted)
        {
            return Refuse(waiting, ErrorCode.LogUnavailable);
        }

        var (taken, admitted) = (0, 0);
        try
        {
            if (!TryTakeTime(out var time))
            {
                return Refuse(waiting, ErrorCode.ClockRanBack);
            }

            Gather(waiting, time, ref taken, ref admitted);
            if (admitted > 0)
            {
                var first = _state.Size - (ulong)admitted;
                var commit = _builder.Seal(_key, _keyId);    // 4
                _segments.Append(_builder.Extent.Span);      // 5, 6. Durable first: the receipt is a promise (I2).
                Durable.Publish(_state.Size, _builder.TreeRoot);
                _tiles?.Offer(first, _builder.LeafHashes(admitted));
                for (var i = 0; i < admitted; i++)           // 7
                {
                    _admitted[i].Complete(new AppendResult(ErrorCode.None, new AppendedEntry(first + (ulong)i, time, _builder.LeafHash(i), commit, i)));
                }
            }
        }
        catch (Exception failure)
        {
            // Broad on purpose: whatever it was, the next entry would build on bytes that may not be there. The waiting are told, the
            // node is told through Faulted, and a failed sync is never tried again.
            _faulted.TrySetResult(failure);
            Refuse(_admitted.AsSpan(0, admitted), ErrorCode.LogUnavailable);
        }

        _admitted.AsSpan(0, admitted).Clear();
        return taken;
    }

    /// <summary>Steps 1 to 3: takes those who fit, fills the builder with those who pass, and answers the others at once.</summary>
    private void Gather(ReadOnlySpan<PendingAppend> waiting, Instant time, ref int taken, ref int admitted)
    {
        var hasRoom = true;
        while (taken < waiting.Length)
        {
            var pending = waiting[taken];
            var bodyBytes = pending.Body.Length;
            if (!_builder.Fits(bodyBytes))
            {
                return;
            }

            if (!_segments.HasRoom(_builder.ExtentWith(bodyBytes)))
            {
                if (admitted > 0)
                {
                    return;
                }

                hasRoom = hasRoom && _segments.TryRoll(_options.Origin, _state);
            }

            // Without a reserve the room that is left is for what must not wait: a withdrawal, a stop.
            taken++;
            if (!hasRoom || (!_segments.HoldsReserve() && !pending.IsCritical))
            {
                pending.Complete(AppendResult.Refused(ErrorCode.LogUnavailable));
                continue;
            }

            if (Admit(pending.Gate) is var code and not ErrorCode.None)
            {
                pending.Complete(AppendResult.Refused(code));
                continue;
            }

            _admitted[admitted++] = pending;
            _builder.Append(pending.Body.Span, pending.Bound, time);
        }
    }

    private static ErrorCode Admit(IReleaseGate? gate)
    {
        try
        {
            return gate?.Check() ?? ErrorCode.None;
        }
        catch (Exception)
        {
            // A gate must not throw. If one does, its entry is in doubt and therefore refused (I7); the others are not its business.
            return ErrorCode.InternalFault;
        }
    }

    /// <summary>Times never run back: a clock that was slewed repeats the last time for a moment, one that was set back stops the log.</summary>
    private bool TryTakeTime(out Instant time)
    {
        time = _clock.Now();
        if (time >= _state.LastTime)
        {
            return true;
        }

        var isSlew = _state.LastTime - time <= _options.ToleratedClockSlew;
        time = _state.LastTime;
        return isSlew;
    }

    private static int Refuse(ReadOnlySpan<PendingAppend> waiting, ErrorCode code)
    {
        foreach (var pending in waiting)
        {
            pending.Complete(AppendResult.Refused(code));
        }

        return waiting.Length;
    }
}
