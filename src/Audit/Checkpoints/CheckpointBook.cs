using System.Collections.Immutable;
using Exchange.Audit.Appending;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Audit.Checkpoints;

/// <summary>
/// The checkpoints that a log has signed. One is durable here before anybody gets it, so that no start can pass over it: a log that is shorter than
/// a checkpoint, or another, is refused. Kept are the newest, those of the last 24 hours, and the last of each day (UTC).
/// </summary>
public sealed class CheckpointBook
{
    private static readonly TimeSpan KeptWhole = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly CheckpointFiles _files;
    private readonly string _origin;
    private readonly IReadOnlyList<INoteSigner> _signers;
    private readonly TimeProvider _clock;
    private readonly SortedDictionary<ulong, Instant> _times = [];
    private DurablePoint? _log;
    private ImmutableArray<ulong> _kept = [];
    private volatile Signed? _newest;

    /// <summary>Reads what was signed before.</summary>
    /// <exception cref="CheckpointUnreadableException">The newest is no checkpoint of this log, or was changed.</exception>
    internal CheckpointBook(ILogStorage storage, string origin, IReadOnlyList<INoteSigner> signers, TimeProvider clock)
    {
        (_files, _origin, _signers, _clock) = (new CheckpointFiles(storage), origin, signers, clock);
        var (known, now) = (_files.ReadTimes(), clock.Now());
        foreach (var size in _files.Sizes())
        {
            _times[size] = known.GetValueOrDefault(size, now); // Of unknown age: kept as if it were of today.
        }

        _kept = [.. _times.Keys];
        if (!_kept.IsEmpty)
        {
            _newest = Check(_kept[^1]);
        }
    }

    /// <summary>The newest one; null while nothing was signed.</summary>
    public SignedNote? Newest => _newest?.Note;

    /// <summary>Sizes of the checkpoints that are kept, in ascending order, the newest among them.</summary>
    public IEnumerable<ulong> Kept
    {
        get
        {
            lock (_gate)
            {
                return _kept;
            }
        }
    }

    /// <summary>What the newest one says.</summary>
    internal Checkpoint? NewestCheckpoint => _newest?.Checkpoint;

    /// <summary>Where the newest one is, for messages.</summary>
    internal string NewestPath => _files.PathOf(_newest?.Checkpoint.Size ?? 0);

    /// <summary>
    /// A checkpoint of everything that is durable now. It is durable itself when this returns. While the log has not grown it is the one before.
    /// Waits for the disk.
    /// </summary>
    /// <exception cref="InvalidOperationException">The log was opened without checkpoint keys.</exception>
    /// <exception cref="IOException">It could not be made durable. Nobody has it; it may be tried again.</exception>
    public SignedNote Sign()
    {
        if (_signers.Count == 0 || _log is null)
        {
            throw new InvalidOperationException("The log was opened without checkpoint keys.");
        }

        lock (_gate)
        {
            var point = _log.Read();
            if (_newest is { } newest && newest.Checkpoint.Size == point.Size)
            {
                return newest.Note;
            }

            var checkpoint = new Checkpoint(_origin, point.Size, point.Root);
            var note = checkpoint.Sign(_signers);
            _files.Write(point.Size, note);
            _times[point.Size] = _clock.Now();
            _newest = new Signed(checkpoint, note);
            Prune();
            _kept = [.. _times.Keys];
            return note;
        }
    }

    /// <summary>The checkpoint of a size; null when none is kept.</summary>
    /// <exception cref="IOException">Its file cannot be read any more.</exception>
    public SignedNote? Of(ulong size)
    {
        if (_newest is { } newest && newest.Checkpoint.Size == size)
        {
            return newest.Note;
        }

        lock (_gate)
        {
            return !_times.ContainsKey(size) ? null
                : _files.TryRead(size, out var note, out var problem) ? note
                : throw new IOException($"The checkpoint {_files.PathOf(size)} cannot be read: {problem}.");
        }
    }

    /// <summary><see cref="Sign"/>, where there are keys.</summary>
    internal void SignIfPossible()
    {
        if (_signers.Count > 0)
        {
            Sign();
        }
    }

    /// <summary>From here on it signs what this log makes durable.</summary>
    internal void Begin(DurablePoint log) => _log = log;

    /// <summary>Deletes those that nobody needs any more. What cannot be deleted now is deleted later: the new checkpoint stands in any case.</summary>
    private void Prune()
    {
        try
        {
            var old = _clock.Now() - KeptWhole;
            var days = _times.GroupBy(signed => signed.Value.ToDateTimeOffset().UtcDateTime.Date, (_, ofDay) => ofDay.Max(signed => signed.Key)).ToHashSet();
            foreach (var size in _times.Where(signed => signed.Value < old && !days.Contains(signed.Key)).Select(signed => signed.Key).ToList())
            {
                _files.Delete(size);
                _times.Remove(size);
            }

            _files.WriteTimes(_times);
        }
        catch (IOException)
        {
            // Named in the next round again.
        }
    }

    private Signed Check(ulong size)
    {
        if (!_files.TryRead(size, out var note, out var problem))
        {
            throw new CheckpointUnreadableException(_files.PathOf(size), problem);
        }

        if (!Checkpoint.TryParse(note.Text, out var checkpoint, out problem))
        {
            throw new CheckpointUnreadableException(_files.PathOf(size), problem);
        }

        if (checkpoint.Origin != _origin || checkpoint.Size != size)
        {
            throw new CheckpointUnreadableException(_files.PathOf(size), $"it is the checkpoint of {checkpoint.Origin} at size {checkpoint.Size}");
        }

        // After a change of keys it is signed by others, and counts all the same.
        NoteKey[] keys = [.. _signers.Select(signer => signer.Key)];
        var isOurs = note.Signatures.Any(signature => keys.Any(key => key.Name == signature.Name && key.Id == signature.KeyId));
        return !isOurs || !note.VerifiedBy(keys).IsEmpty
            ? new Signed(checkpoint, note)
            : throw new CheckpointUnreadableException(_files.PathOf(size), "a signature under it is not that of its key: it was changed");
    }

    private sealed record Signed(Checkpoint Checkpoint, SignedNote Note);
}
