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
    /// <param name="buffer">A buffer of an earlier reader to use again.</param>
    public static SegmentReader? Open(ISegmentSource source, out string problem, byte[]? buffer = null)
    {
        buffer ??= NewBuffer(source.Length);
        var read = source.Read(0, buffer.AsSpan(0, SegmentLayout.HeaderBytes));
        return SegmentHeader.TryRead(buffer.AsSpan(0, read), out var header, out problem) ? new SegmentReader(source, header, buffer) : null;
    }

    /// <summary>A buffer for <see cref="Open"/> that serves segments of any length.</summary>
    public static byte[] NewBuffer() => NewBuffer(BufferBytes);

    /// <summary>Moves to the next group; false at the segment's <see cref="End"/>.</summary>
    public bool MoveNext()
    {
        if (End != SegmentEnd.None)
        {
            return false;
        }

        Offset = NextOffset;
        if (!GroupHeader.TryRead(Buffered(Offset, GroupHeader.Size), out _group))
        {
            return Stop($"no group begins at offset {Offset}, and the bytes there are not empty");
        }

        if (_group.FirstIndex != NextIndex)
        {
            return Stop($"the group at offset {Offset} begins with entry {_group.FirstIndex}");
        }

        if (Buffered(Offset, _group.ExtentBytes).Length < _group.ExtentBytes)
        {
            return Stop($"the group at offset {Offset} runs past the file's end");
        }

        if (!Current.IsIntact)
        {
            return Stop($"the group at offset {Offset} does not have its check sum");
        }

        NextOffset += _group.ExtentBytes;
        NextIndex += (ulong)_group.Count;
        return true;
    }

    /// <summary>
    /// No whole group stands here. Empty space is the clean end; a group that the disk never got whole may be cut, since its callers were
    /// never answered; all else is damage, above all anything with a later group behind it.
    /// </summary>
    private bool Stop(string problem)
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
            HasDamagedGroup = isWhole && Buffered(Offset, frame.ExtentBytes).Length == frame.ExtentBytes;
        }

        return false;
    }

    private static byte[] NewBuffer(long segmentBytes) =>
        GC.AllocateUninitializedArray<byte>((int)Math.Clamp(segmentBytes, SegmentLayout.HeaderBytes, BufferBytes));

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
