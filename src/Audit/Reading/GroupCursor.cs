using Exchange.Audit.Proofs.Segments;

namespace Exchange.Audit.Reading;

/// <summary>Moves over the groups of a log, from segment to segment, and checks that each is whole. For one thread.</summary>
public sealed class GroupCursor : IDisposable
{
    private readonly LogReader _log;
    private readonly FileWindow _window = new();
    private readonly ulong _to;
    private ISegmentFile? _file;
    private GroupHeader _group;
    private ulong _nextIndex;
    private long _nextOffset;

    internal GroupCursor(LogReader log, ulong from, ulong to) => (_log, _nextIndex, _to) = (log, from, to);

    /// <summary>The group that <see cref="MoveNext"/> came to; valid until the next move.</summary>
    public Group Current => new(_window.Bytes(Offset, _group.ExtentBytes), _group);

    /// <summary>Name of the segment file that the group is in.</summary>
    public string Segment { get; private set; } = string.Empty;

    /// <summary>The group's first byte in it.</summary>
    public long Offset { get; private set; }

    /// <summary>Moves to the next group; false at the end.</summary>
    /// <exception cref="UnreadableLogException">What stands there is no whole group.</exception>
    /// <exception cref="FileNotFoundException">The segment was removed meanwhile.</exception>
    public bool MoveNext()
    {
        if (_nextIndex >= _to)
        {
            return false;
        }

        if (_file is null || !TryHeader())
        {
            // The segment's end, or of what the buffer had of it when it was filled.
            Open();
        }

        Offset = _nextOffset;
        if (_window.Bytes(Offset, _group.ExtentBytes).Length < _group.ExtentBytes || !Current.IsIntact)
        {
            throw Damage($"the group at offset {Offset} does not have its check sum");
        }

        _nextOffset += _group.ExtentBytes;
        _nextIndex = _group.FirstIndex + (ulong)_group.Count;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _window.Dispose();
    }

    /// <summary>Opens the segment that holds the next entry, at the group that does.</summary>
    private void Open()
    {
        _file?.Dispose();
        var wanted = _nextIndex;
        (Segment, (_nextIndex, _nextOffset)) = _log.Find(wanted, out _file);
        _window.Show(_file);
        while (TryHeader())
        {
            if (_group.FirstIndex + (ulong)_group.Count > wanted)
            {
                return;
            }

            _nextOffset += _group.ExtentBytes;
            _nextIndex += (ulong)_group.Count;
        }

        throw Damage($"no group begins at offset {_nextOffset}");
    }

    private bool TryHeader() =>
        GroupHeader.TryRead(_window.Bytes(_nextOffset, GroupHeader.Size), out _group) && _group.FirstIndex == _nextIndex;

    private UnreadableLogException Damage(string what) =>
        new($"{Path.Combine(_log.Location, Segment)} is damaged at entry {_nextIndex}: {what}.");
}
