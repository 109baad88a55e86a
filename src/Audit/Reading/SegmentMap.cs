using Exchange.Audit.Proofs.Segments;

namespace Exchange.Audit.Reading;

/// <summary>
/// Where the groups of one segment begin, found out as far as it was asked for and remembered for one group in each stretch of the file: a few
/// kilobytes for a segment of 64 MiB, whatever the groups' sizes. It follows the groups' headers; what is in a group is checked when it is read.
/// </summary>
internal sealed class SegmentMap(string name, ulong firstIndex)
{
    private const int Stretch = 128 * 1024;

    private readonly Lock _gate = new();
    private readonly List<Place> _marks = [new(firstIndex, SegmentLayout.HeaderBytes)];
    private Place _end = new(firstIndex, SegmentLayout.HeaderBytes);

    /// <summary>The file's name.</summary>
    internal string Name => name;

    /// <summary>Index of the first entry.</summary>
    internal ulong FirstIndex => firstIndex;

    /// <summary>
    /// A group at or before the one that holds an entry, near it; null when the segment has no whole group with it yet. Goes no further into
    /// the file than the entry.
    /// </summary>
    internal Place? Find(ISegmentSource file, ulong index)
    {
        lock (_gate)
        {
            Walk(file, index);
            if (index >= _end.FirstIndex)
            {
                return null;
            }

            var (low, high) = (0, _marks.Count);
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                (low, high) = _marks[middle].FirstIndex <= index ? (middle, high) : (low, middle);
            }

            return _marks[low];
        }
    }

    /// <summary>Behind the last whole group that is there now.</summary>
    internal Place End(ISegmentSource file)
    {
        lock (_gate)
        {
            Walk(file, ulong.MaxValue);
            return _end;
        }
    }

    private void Walk(ISegmentSource file, ulong index)
    {
        if (index < _end.FirstIndex)
        {
            return;
        }

        using var window = new FileWindow(isForHeaders: true);
        window.Show(file);
        while (_end.FirstIndex <= index && TryHeader(window, _end, out var header))
        {
            var next = new Place(_end.FirstIndex + (ulong)header.Count, _end.Offset + header.ExtentBytes);

            // The writer may be in the middle of this group. It is whole when another one follows, or when its check sum says so.
            if (!TryHeader(window, next, out _) && !Group.TryRead(window.Bytes(_end.Offset, header.ExtentBytes), out _))
            {
                return;
            }

            if (_end.Offset - _marks[^1].Offset >= Stretch)
            {
                _marks.Add(_end);
            }

            _end = next;
        }
    }

    private static bool TryHeader(FileWindow window, Place at, out GroupHeader header) =>
        GroupHeader.TryRead(window.Bytes(at.Offset, GroupHeader.Size), out header) && header.FirstIndex == at.FirstIndex;

    /// <summary>Where a group begins.</summary>
    internal readonly record struct Place(ulong FirstIndex, long Offset);
}
