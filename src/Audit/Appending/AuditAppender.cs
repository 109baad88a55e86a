using System.Security.Cryptography;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Storage;
using Exchange.Audit.Tiles;
using Exchange.Vocabulary;

namespace Exchange.Audit.Appending;

/// <summary>
/// The one thread that appends. For all who wait, and for those who are expected within a moment, it takes these steps, and answers nobody before
/// the last:
/// <code>
///   queue ─▶ 1 place ─▶ 2 admit ─▶ 3 encode and hash ─▶ 4 sign ─▶ 5 write ─▶ 6 sync ─▶ 7 answer
///            room, clock  gate       prefix, leaf, tree    once      once       once
/// </code>
/// After a failure in steps 4 to 6 nothing is appended any more: what the disk holds is unknown until a start has read it again.
/// </summary>
internal sealed class AuditAppender : IDisposable
{
    private readonly AuditLogOptions _options;
    private readonly TimeProvider _clock;
    private readonly ECDsa _key;
    private readonly Digest _keyId;
    private readonly LogState _state;
    private readonly SegmentWriter _segments;
    private readonly TileStore? _tiles;
    private readonly GroupBuilder _builder;
    private readonly AppendQueue _queue = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception> _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _commits;
    private int _announced;

    internal AuditAppender(AuditLogOptions options, LogState state, SegmentWriter segments, TileStore? tiles, ECDsa key, TimeProvider clock)
    {
        (_options, _state, _segments, _tiles, _key, _clock) = (options, state, segments, tiles, key, clock);
        _keyId = KeyThumbprint.Of(key);
        _builder = new GroupBuilder(options.Origin, state, options.MaximumGroupBytes, options.MaximumGroupEntries);
        Durable = new DurablePoint(state.Size, state.Tree.Root);
    }

    /// <summary>What is durable.</summary>
    internal DurablePoint Durable { get; }

    /// <summary>Groups made durable since the log was opened: each is one signature and one sync.</summary>
    internal long Commits => Volatile.Read(ref _commits);

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
        CountCommit();
        Durable.Publish(_state.Size, _builder.TreeRoot);
        _tiles?.Offer(_state.Size - 1, _builder.LeafHashes(1));
    }

    /// <summary>Somebody is at work on what will end in an append.</summary>
    internal void Announce() => Interlocked.Increment(ref _announced);

    /// <summary>What was announced has been appended, or will not be.</summary>
    internal void Retract() => Interlocked.Decrement(ref _announced);

    /// <summary>Begins to serve.</summary>
    internal void Start() => new Thread(Run) { IsBackground = true, Name = "audit appender" }.Start();

    /// <summary>Serves those who wait, refuses the rest, and ends the thread.</summary>
    internal async Task StopAsync()
    {
        _queue.Close();
        await _stopped.Task;
    }

    /// <summary>Once the thread has ended.</summary>
    public void Dispose() => _queue.Dispose();

    private void Run()
    {
        var company = new Company(_options.GatheringTime, _options.MaximumGroupEntries, _clock);
        for (PendingList taken; (taken = _queue.Take(company.Expected, company.Patience)).Count > 0;)
        {
            for (var waiting = taken.First; waiting is not null;)
            {
                waiting = Commit(waiting);
            }

            company.Observe(taken.Count, _queue.Waiting, Volatile.Read(ref _announced));
        }

        _stopped.SetResult();
    }

    /// <summary>Makes one group of the first of those who wait, and returns the rest of them.</summary>
    private PendingAppend? Commit(PendingAppend? waiting)
    {
        if (_faulted.Task.IsCompleted)
        {
            return Refuse(waiting, ErrorCode.LogUnavailable);
        }

        var admitted = new PendingList();
        try
        {
            if (!TryTakeTime(out var time))
            {
                return Refuse(waiting, ErrorCode.ClockRanBack);
            }

            Gather(ref waiting, time, ref admitted);
            if (admitted.Count > 0)
            {
                var first = _state.Size - (ulong)admitted.Count;
                var commit = _builder.Seal(_key, _keyId);    // 4
                _segments.Append(_builder.Extent.Span);      // 5, 6. Durable first: the receipt is a promise (I2).
                CountCommit();
                Durable.Publish(_state.Size, _builder.TreeRoot);
                _tiles?.Offer(first, _builder.LeafHashes(admitted.Count));
                Answer(admitted, first, time, commit);       // 7
            }
        }
        catch (Exception failure)
        {
            // Broad on purpose: whatever it was, the next entry would build on bytes that may not be there. The waiting are told, the
            // node is told through Faulted, and a failed sync is never tried again.
            _faulted.TrySetResult(failure);
            Refuse(admitted.First, ErrorCode.LogUnavailable);
        }

        return waiting;
    }

    /// <summary>Steps 1 to 3: takes those who fit, fills the builder with those who pass, and answers the others at once.</summary>
    private void Gather(ref PendingAppend? waiting, Instant time, ref PendingList admitted)
    {
        var refused = new PendingList();
        try
        {
            for (var hasRoom = true; waiting is { } pending && HasPlace(pending, ref hasRoom, admitted.Count);)
            {
                // Without a reserve the room that is left is for what must not wait: a withdrawal, a stop.
                var isRefused = !hasRoom || (!_segments.HoldsReserve() && !pending.IsCritical);
                waiting = pending.Next;
                if ((isRefused ? ErrorCode.LogUnavailable : Admit(pending.Gate)) is var code and not ErrorCode.None)
                {
                    pending.Decide(AppendResult.Refused(code));
                    refused.Add(pending);
                    continue;
                }

                admitted.Add(pending);
                _builder.Append(pending.Body.Span, pending.Bound, time);
            }
        }
        finally
        {
            Answers.HandOver(refused);
        }
    }

    /// <summary>Whether this group has place for one more; one that begins a group may get a new segment.</summary>
    private bool HasPlace(PendingAppend pending, ref bool hasRoom, int admitted)
    {
        var bodyBytes = pending.Body.Length;
        if (!_builder.Fits(bodyBytes))
        {
            return false;
        }

        if (_segments.HasRoom(_builder.ExtentWith(bodyBytes)))
        {
            return true;
        }

        hasRoom = admitted == 0 && hasRoom && _segments.TryRoll(_options.Origin, _state);
        return admitted == 0;
    }

    private void CountCommit() => Volatile.Write(ref _commits, _commits + 1);

    private void Answer(in PendingList admitted, ulong first, Instant time, GroupCommit commit)
    {
        var position = 0;
        for (var pending = admitted.First; pending is not null; pending = pending.Next, position++)
        {
            pending.Decide(new AppendResult(ErrorCode.None, new AppendedEntry(first + (ulong)position, time, _builder.LeafHash(position), commit, position)));
        }

        Answers.HandOver(admitted);
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

    private static PendingAppend? Refuse(PendingAppend? waiting, ErrorCode code)
    {
        var refused = new PendingList();
        while (waiting is { } pending)
        {
            waiting = pending.Next;
            pending.Decide(AppendResult.Refused(code));
            refused.Add(pending);
        }

        Answers.HandOver(refused);
        return null;
    }
}
