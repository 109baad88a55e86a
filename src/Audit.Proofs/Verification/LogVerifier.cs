using Exchange.Audit.Proofs.Segments;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>
/// Verifies a log whose segments are given in order, and stops at the first problem. What it proves: the entries are those that the
/// holder of the pinned receipt key signed, in their order and without a gap, and those that earlier receipts promise are among them.
/// That nothing was cut off after the last of these only a receipt, a size or a checkpoint from elsewhere can show. All cores work on it; memory
/// is bounded by a few stretches of groups, whatever the log's size.
/// </summary>
public sealed class LogVerifier(LogVerifierOptions options) : IDisposable
{
    private readonly LogWitnesses _witnesses = new(options, options.Beside);
    private StretchQueue? _queue;
    private LogSeam? _seam;
    private SegmentReader? _reader;
    private SegmentHeader? _first;
    private SegmentHeader? _last;
    private LogProblem? _problem;
    private string _segment = string.Empty;
    private long _end;
    private long _unfinishedBytes;
    private int _segments;
    private ulong _firstIndex;

    /// <summary>Verifies the next segment; false once a problem has been found.</summary>
    public bool Add(ISegmentSource source)
    {
        if (_problem is not null)
        {
            return false;
        }

        if (_unfinishedBytes > 0)
        {
            return Fail(LogProblemKind.Framing, "this segment ends in an unfinished group, though a segment follows");
        }

        _segment = source.Name;
        _end = 0;
        if (source.Length > SegmentLayout.MaximumSegmentBytes)
        {
            // A file of holes costs its maker nothing, and its reader days.
            return Fail(LogProblemKind.Segment, $"the file has {source.Length} bytes; no segment is longer than {SegmentLayout.MaximumSegmentBytes}");
        }

        if (SegmentReader.Open(source, out var problem, _reader) is not { } reader)
        {
            return Fail(LogProblemKind.Segment, problem);
        }

        _reader = reader;
        if (!Follows(reader.Header))
        {
            return false;
        }

        _segments++;
        while (_queue!.Room() is { } stretch && reader.MoveNext())
        {
            stretch.Add(reader.Current, _segment, reader.Offset);
            _witnesses.Linkage?.CopyTo(stretch);
            _end = reader.Offset;
        }

        // The next header is held against the log before it, and so is what stands at this segment's end.
        if (!_queue.Drain())
        {
            _problem = _seam!.Problem;
            return false;
        }

        return IsWhole(source, reader);
    }

    /// <summary>Holds the whole against what it must contain, and reports.</summary>
    public VerificationReport Complete()
    {
        if (_problem is null && _seam is null)
        {
            Fail(LogProblemKind.Missing, "there is no segment");
        }

        _problem ??= IsExplained() ?? _witnesses.Conclude(_seam!.Size, _segment, _end);
        return _witnesses.Report(_seam) with
        {
            Problem = _problem,
            Origin = _first?.Origin,
            FirstIndex = _firstIndex,
            Segments = _segments,
            TreeRoot = _problem is null ? _seam!.Tree.Root : Digest.Zero,
            UnfinishedBytes = _unfinishedBytes,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue?.Dispose();
        _witnesses.Dispose();
    }

    private bool Follows(SegmentHeader header) => _seam is null ? Begins(header) : Continues(header, _seam.State);

    private bool Begins(SegmentHeader header)
    {
        if (options.ExpectedOrigin is not null && header.Origin != options.ExpectedOrigin)
        {
            return Fail(LogProblemKind.Segment, $"this is the log of {header.Origin}, not of {options.ExpectedOrigin}");
        }

        if (header.FirstIndex == 0 && (header.Before.LastLeafHash != Digest.Zero || header.Before.LastTime != default))
        {
            return Fail(LogProblemKind.Segment, "the first segment's header names an entry before it");
        }

        (_first, _last, _firstIndex) = (header, header, header.FirstIndex);
        if (options.Beside is { } beside && _witnesses.AddKept(beside) is { } unreadable)
        {
            _problem = unreadable;
            return false;
        }

        if (_witnesses.Begin(header.Origin, header.Before.Tree) is { } contradiction)
        {
            return Fail(contradiction.Kind, contradiction.What, contradiction.Entry);
        }

        _seam = new LogSeam(header.Origin, header.Before, _witnesses.OfSeam);
        _queue = new StretchQueue(_witnesses.Rules(header.Origin), stretch => _witnesses.Take(_seam, stretch), options.Cores);
        return true;
    }

    private bool Continues(SegmentHeader header, LogState state)
    {
        if (header.FirstIndex != state.Size)
        {
            return Fail(LogProblemKind.Missing, header.FirstIndex > state.Size
                ? $"entries {state.Size} to {header.FirstIndex - 1} are missing: this segment begins with entry {header.FirstIndex}"
                : $"this segment begins with entry {header.FirstIndex}, which came before");
        }

        var follows = header.Origin == _first!.Origin
            && header.PreviousFirstIndex == _last!.FirstIndex
            && header.Before.LastLeafHash == state.LastLeafHash
            && header.Before.LastTime == state.LastTime
            && header.Before.Tree.Root == state.Tree.Root;
        _last = header;
        return follows || Fail(LogProblemKind.Segment, "the segment's header does not continue the segment before");
    }

    /// <summary>Judges what stands after the segment's last whole group.</summary>
    private bool IsWhole(ISegmentSource source, SegmentReader reader)
    {
        _end = reader.NextOffset;
        if (reader.End == SegmentEnd.Damaged)
        {
            // Where the frame can still be read, the entries say themselves which of them is bad.
            _problem = reader.HasDamagedGroup ? new GroupChecker(_first!.Origin, _seam!.State).Check(reader.Current, _segment, reader.Offset) : null;
            return _problem is null && Fail(LogProblemKind.Framing, reader.Problem, reader.NextIndex);
        }

        if (source.Length != reader.Header.FileBytes)
        {
            return Fail(LogProblemKind.Framing, $"the file has {source.Length} bytes, and had {reader.Header.FileBytes}: it was cut or added to");
        }

        _unfinishedBytes = reader.UnfinishedBytes;
        return true;
    }

    /// <summary>A log that does not begin with entry 0 must say itself that older entries were removed.</summary>
    private LogProblem? IsExplained() => options.MayBePart || _firstIndex <= _seam!.MinimumIndex
        ? null
        : new LogProblem(
            LogProblemKind.Missing,
            SegmentLayout.FileName(_firstIndex),
            0,
            _seam.MinimumIndex,
            $"entries {_seam.MinimumIndex} to {_firstIndex - 1} are missing, and no entry ENTRIES_REMOVED says that they were removed");

    private bool Fail(LogProblemKind kind, string what, ulong? entry = null)
    {
        _problem = new LogProblem(kind, _segment, _end, entry ?? _seam?.Size ?? 0, what);
        return false;
    }
}
