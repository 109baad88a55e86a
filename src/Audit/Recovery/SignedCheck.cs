using Exchange.Audit.Checkpoints;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Audit.Recovery;

/// <summary>
/// Holds a log against the newest checkpoint that it has signed, before recovery changes anything. The tree that stands under the newest one is
/// also that of all earlier ones: they need no look.
/// </summary>
internal sealed class SignedCheck
{
    private readonly ILogStorage _storage;
    private readonly Checkpoint? _signed;
    private readonly string _path;
    private Digest? _root;

    private SignedCheck(CheckpointBook? book, ILogStorage storage) =>
        (_storage, _signed, _path) = (storage, book?.NewestCheckpoint, book?.NewestPath ?? string.Empty);

    internal static SignedCheck Of(CheckpointBook? book, ILogStorage storage) => new(book, storage);

    /// <summary>The log has come to the end of a group, or begins here.</summary>
    internal void Pass(LogState state)
    {
        if (state.Size == _signed?.Size)
        {
            _root = state.Tree.Root;
        }
    }

    /// <summary>The log has come to its end.</summary>
    /// <exception cref="AuditLogDamagedException">It is shorter than what was signed, or another.</exception>
    internal void Complete(LogState state, string last, List<string> segments)
    {
        if (_signed is null)
        {
            return;
        }

        if (state.Size < _signed.Size)
        {
            throw Damaged(LogProblemKind.Missing, last, state.Size, $"the log ends with {state.Size} entries, but a checkpoint of {_signed.Size} was signed ({_path}): entries {state.Size} to {_signed.Size - 1} were "
                + "cut off or lost. Put back the segments that hold them; a log that is restored from an older backup begins a new origin, which names this checkpoint");
        }

        var place = segments.FindLastIndex(name => SegmentLayout.TryParseFileName(name, out var first) && first <= _signed.Size);
        var at = place < 0 ? null : segments[place];
        if (_root is null && at is not null)
        {
            ReadThrough(at, segments.ElementAtOrDefault(place + 1));
        }

        // A checkpoint of no entries, or of entries that were removed since, has nothing here to be held against.
        if (_signed.Size > 0 && at is not null && _root != _signed.Root)
        {
            throw Damaged(LogProblemKind.Checkpoint, at, _signed.Size, $"the first {_signed.Size} entries are not those whose checkpoint was signed ({_path}): they were changed, or belong to another history of this log. "
                + "Put back the segments that the checkpoint speaks of");
        }
    }

    /// <summary>Of an earlier segment, every group is checked, and that the segment behind it begins where it ends.</summary>
    private void ReadThrough(string name, string? next)
    {
        using var file = _storage.Open(name);
        var reader = SegmentReader.Open(file, out var problem) ?? throw Damaged(LogProblemKind.Segment, name, 0, problem);
        var checker = new GroupChecker(_signed!.Origin, reader.Header.Before);
        Pass(checker.State);
        while (reader.MoveNext())
        {
            if (checker.Check(reader.Current, name, reader.Offset) is { } found)
            {
                throw new AuditLogDamagedException(_storage.Location, found);
            }

            Pass(checker.State);
        }

        using var behind = next is null ? null : _storage.Open(next);
        if (behind is not null && (SegmentReader.Open(behind, out problem, reader)?.Header.Before is not { } before || before.Size != checker.State.Size || before.Tree.Root != checker.State.Tree.Root))
        {
            throw Damaged(LogProblemKind.Segment, next!, checker.State.Size, "the segment's header does not continue the segment before");
        }
    }

    private AuditLogDamagedException Damaged(LogProblemKind kind, string segment, ulong entry, string what) =>
        new(_storage.Location, new LogProblem(kind, segment, 0, entry, what));
}
