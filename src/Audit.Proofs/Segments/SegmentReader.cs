namespace Exchange.Audit.Proofs.Segments;

/// <summary>
/// Reads a segment's groups in order and says what stands at its end. It checks framing and check sums; what the groups say is for
/// <see cref="Verification.GroupChecker"/>. Memory is one buffer, whatever the segment's size.
/// </summary>
public sealed class SegmentReader
{
    private const int BufferBytes = 2 * SegmentLayout.MaximumGroupBytes;

    private readonly ISegmentSource _source;
    private readonly byte[] _buffer;
    private long _bufferAt;
    private int _buffered;
    private GroupHeader _group;

    private SegmentReader(ISegmentSource source, SegmentHeader header, byte[] buffer)
    {
        (_source, Header, _buffer) = (source, header, buffer);
        NextIndex = header.FirstIndex;
        NextOffset = SegmentLayout.HeaderBytes;
    }

    /// <summary>The segment's header.</summary>
    public SegmentHeader Header { get; }

    /// <summary>Where the current group begins in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>Where the next group begins, or would; at the end, where the unfinished or damaged bytes begin.</summary>
    public long NextOffset { get; private set; }

    /// <summary>First index of the next group.</summary>
    public ulong NextIndex { get; private set; }

    /// <summary>What has been come to.</summary>
    public SegmentEnd End { get; private set; }

    /// <summary>Bytes from <see cref="NextOffset"/> to the last that is not zero, when the end is unfinished.</summary>
    public long UnfinishedBytes { get; private set; }

    /// <summary>What is damaged, as a sentence's end; empty otherwise.</summary>
    public string Problem { get; private set; } = string.Empty;

    /// <summary>Whether the damage lies within a group whose frame can still be read, as <see cref="Current"/>.</summary>
    public bool HasDamagedGroup { get; private set; }

    /// <summary>The group that <see cref="MoveNext"/> came to.</summary>
    public Group Current => new(Buffered(Offset, _group.ExtentBytes), _group);

    /// <summary>Reads the segment's header; null, with what is wrong, when it is damaged.</summary>
    /// <param name="source">The file.</param>
    /// <param name="problem">What is wrong with the header.</param>
    /// <param name="previous">A reader that is no longer used, whose buffer may serve again.</param>
    public static SegmentReader? Open(ISegmentSource source, out string problem, SegmentReader? previous = null)
    {
        var bytes = (int)Math.Clamp(source.Length, SegmentLayout.HeaderBytes, BufferBytes);
        var buffer = previous?._buffer.Length >= bytes ? previous._buffer : GC.AllocateUninitializedArray<byte>(bytes);
        var read = source.Read(0, buffer.AsSpan(0, SegmentLayout.HeaderBytes));
        return SegmentHeader.TryRead(buffer.AsSpan(0, read), out var header, out problem) ? new SegmentReader(source, header, buffer) : null;
    }

    /// <summary>Moves to the next group; false at the segment's <see cref="End"/>.</summary>
    public bool MoveNext()
    {
        if (End != SegmentEnd.None)
        {
            return false;
        }

        if (TryMove(out var problem))
        {
            return true;
        }

        Stop(problem);
        if (End == SegmentEnd.Clean)
        {
            return false;
        }

        // The log may be growing under our eyes: what was buffered as empty or half may be whole by now, with more behind it. A group that
        // has a later one behind it is whole on the disk, so a second look at fresh bytes settles it.
        _buffered = 0;
        (End, Problem, UnfinishedBytes, HasDamagedGroup) = (SegmentEnd.None, string.Empty, 0, false);
        if (TryMove(out problem))
        {
            return true;
        }

        Stop(problem);
        return false;
    }

    private bool TryMove(out string problem)
    {
        Offset = NextOffset;
        problem = string.Empty;
        if (!GroupHeader.TryRead(Buffered(Offset, GroupHeader.Size), out _group))
        {
            problem = $"no group begins at offset {Offset}, and the bytes there are not empty";
        }
        else if (_group.FirstIndex != NextIndex)
        {
            problem = $"the group at offset {Offset} begins with entry {_group.FirstIndex}";
        }
        else if (Buffered(Offset, _group.ExtentBytes).Length < _group.ExtentBytes)
        {
            problem = $"the group at offset {Offset} runs past the file's end";
        }
        else if (!Current.IsIntact)
        {
            problem = $"the group at offset {Offset} does not have its check sum";
        }
        else
        {
            NextOffset += _group.ExtentBytes;
            NextIndex += (ulong)_group.Count;
        }

        return problem.Length == 0;
    }

    /// <summary>
    /// No whole group stands here. Empty space is the clean end; a group that the disk never got whole may be cut, since its callers were
    /// never answered; all else is damage, above all anything with a later group behind it.
    /// </summary>
    private void Stop(string problem)
    {
        var frame = _group;
        var isFramed = frame.Count > 0 && frame.FirstIndex == NextIndex;
        var isWhole = isFramed && Buffered(Offset, frame.ExtentBytes).Length == frame.ExtentBytes;
        var isUnfinished = isFramed ? isWhole && Current.IsUnfinished : FirstSectorIsZero();

        var end = FindLastByte(out var laterGroupAt);
        if (end == Offset)
        {
            End = SegmentEnd.Clean;
        }
        else if (isUnfinished && laterGroupAt < 0 && end - Offset <= (isFramed ? frame.ExtentBytes : SegmentLayout.MaximumGroupBytes))
        {
            End = SegmentEnd.Unfinished;
            UnfinishedBytes = end - Offset;
        }
        else
        {
            End = SegmentEnd.Damaged;
            Problem = laterGroupAt < 0 ? problem : $"{problem}; a later group stands at offset {laterGroupAt}";
            HasDamagedGroup = isWhole;
        }
    }

    private bool FirstSectorIsZero() => !Buffered(Offset, SegmentLayout.SectorBytes).ContainsAnyExcept((byte)0);

    /// <summary>The offset after the last byte that is not zero, and the first sector from the next one on that begins a later group.</summary>
    private long FindLastByte(out long laterGroupAt)
    {
        var end = Offset;
        laterGroupAt = -1;
        for (var at = Offset; ; at += SegmentLayout.SectorBytes)
        {
            var sector = Buffered(at, SegmentLayout.SectorBytes);
            if (sector.IsEmpty)
            {
                return end;
            }

            var last = sector.LastIndexOfAnyExcept((byte)0);
            if (last < 0)
            {
                continue;
            }

            end = at + last + 1;
            if (laterGroupAt < 0 && at > Offset && GroupHeader.TryRead(sector, out var header) && header.FirstIndex > NextIndex)
            {
                laterGroupAt = at;
            }
        }
    }

    /// <summary>Up to <paramref name="count"/> bytes at an offset, fewer at the file's end; valid until the next call.</summary>
    private ReadOnlySpan<byte> Buffered(long offset, int count)
    {
        if (offset < _bufferAt || offset + count > _bufferAt + _buffered)
        {
            (_bufferAt, _buffered) = (offset, _source.Read(offset, _buffer));
        }

        var start = (int)(offset - _bufferAt);
        return _buffer.AsSpan(start, Math.Min(count, Math.Max(0, _buffered - start)));
    }
}
