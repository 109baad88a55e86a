using Exchange.Audit.Proofs.Segments;

namespace Exchange.Audit.Reading;

/// <summary>
/// The entries of a log, by index and in order, read beside whoever writes it. It checks that groups are whole, and verifies nothing: what a log
/// says is for the verifier to judge. Safe for many readers at once; memory is a few kilobytes a segment.
/// </summary>
public sealed class LogReader
{
    private readonly Lock _gate = new();
    private readonly ISegmentFiles _files;
    private readonly Func<ulong>? _size;
    private SegmentMap[] _segments = [];

    /// <summary>Reads the log of a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">No log is in it.</exception>
    public LogReader(string folder)
        : this(new SegmentFolder(folder))
    {
    }

    /// <summary>Reads the log of a storage.</summary>
    /// <param name="files">Its segments; not owned.</param>
    /// <param name="size">
    /// How many entries count as written, where somebody knows: the writer's durable size. Without it, all that stand in whole groups.
    /// </param>
    public LogReader(ISegmentFiles files, Func<ulong>? size = null)
    {
        (_files, _size) = (files, size);
        Refresh();
    }

    /// <summary>Where the log is, for messages.</summary>
    public string Location => _files.Location;

    /// <summary>Index of the first entry that is kept; more than 0 when earlier segments were removed.</summary>
    public ulong FirstIndex => _segments is [var first, ..] ? first.FirstIndex : 0;

    /// <summary>The number of entries that the log has now, removed ones counted.</summary>
    public ulong Size => _size is null ? FindSize() : _size();

    /// <summary>The newest segment's header: the log's name, and where it stood when the segment began.</summary>
    /// <exception cref="UnreadableLogException">It is damaged.</exception>
    public SegmentHeader ReadHeader()
    {
        Refresh();
        var name = _segments is [.., var last] ? last.Name : throw new FileNotFoundException($"There is no log in {Location}: it holds no segment file.");
        using var file = _files.Open(name);
        var bytes = new byte[SegmentLayout.HeaderBytes];
        return SegmentHeader.TryRead(bytes.AsSpan(0, file.Read(0, bytes)), out var header, out var problem)
            ? header
            : throw new UnreadableLogException($"{Path.Combine(Location, name)}: {problem}.");
    }

    /// <summary>The groups from the one that holds an entry to the log's present end.</summary>
    /// <param name="from">An index from <see cref="FirstIndex"/> to <see cref="Size"/>; the latter gives no group.</param>
    /// <exception cref="ArgumentOutOfRangeException">The entry was removed, or is not there yet.</exception>
    public GroupCursor Groups(ulong from) => new(this, Checked(from, Size), Size);

    /// <summary>The entries [from, to).</summary>
    /// <exception cref="ArgumentOutOfRangeException">They were removed, or are not there yet.</exception>
    public EntryCursor Entries(ulong from, ulong to)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Size);
        return new(new GroupCursor(this, Checked(from, to), to), from, to);
    }

    /// <summary>The entries below a size, newest first; reads no further back than it is asked. Each keeps its group's bytes alive.</summary>
    public IEnumerable<StoredEntry> Backwards(ulong size)
    {
        for (var end = size; end > FirstIndex;)
        {
            var (_, start) = Find(end - 1, out var file);
            file.Dispose();
            var stretch = new List<StoredEntry>();
            using (var groups = new GroupCursor(this, start.FirstIndex, end))
            {
                while (groups.MoveNext())
                {
                    Copy(groups.Current, stretch);
                }
            }

            for (var at = (int)(end - start.FirstIndex) - 1; at >= 0; at--)
            {
                yield return stretch[at];
            }

            end = start.FirstIndex;
        }
    }

    /// <summary>Opens the file that holds an entry, and names a group at or before the entry's.</summary>
    internal (string Segment, SegmentMap.Place Start) Find(ulong index, out ISegmentFile file)
    {
        for (var isSecondLook = false; ; isSecondLook = true)
        {
            var segments = _segments;
            var at = segments.Length - 1;
            for (var (low, high) = (0, segments.Length); high - low > 0;)
            {
                var middle = (low + high) / 2;
                (low, high) = segments[middle].FirstIndex <= index ? (middle + 1, high) : (low, middle);
                at = low - 1;
            }

            if (at >= 0 && TryOpen(segments[at].Name) is { } opened)
            {
                if (segments[at].Find(opened, index) is { } start)
                {
                    file = opened;
                    return (segments[at].Name, start);
                }

                opened.Dispose();
            }

            // Segments come and go while the log is in use.
            if (isSecondLook)
            {
                throw index < FirstIndex
                    ? new FileNotFoundException($"Entry {index} is no longer kept: the log in {Location} begins with entry {FirstIndex}.")
                    : new UnreadableLogException($"The log in {Location} is damaged: entry {index} does not stand where the groups before it end.");
            }

            Refresh();
        }
    }

    private static void Copy(Group group, List<StoredEntry> entries)
    {
        ReadOnlyMemory<byte> bytes = group.Entries.ToArray();
        var (at, index) = (0, group.Header.FirstIndex);
        foreach (var entry in group)
        {
            at += sizeof(ushort);
            entries.Add(new(index++, bytes.Slice(at, entry.Length)));
            at += entry.Length;
        }
    }

    private ulong Checked(ulong from, ulong to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, FirstIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        return from;
    }

    private ISegmentFile? TryOpen(string name)
    {
        try
        {
            return _files.Open(name);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private ulong FindSize()
    {
        Refresh();
        if (_segments is not [.., var last])
        {
            return 0;
        }

        using var file = _files.Open(last.Name);
        return last.End(file).FirstIndex;
    }

    /// <summary>Looks which segments there are now.</summary>
    internal void Refresh()
    {
        lock (_gate)
        {
            var known = _segments.ToDictionary(segment => segment.Name);
            _segments = [.. _files.List()
                .Select(name => SegmentLayout.TryParseFileName(name, out var first) ? known.GetValueOrDefault(name) ?? new SegmentMap(name, first) : null)
                .OfType<SegmentMap>()
                .OrderBy(segment => segment.FirstIndex)];
        }
    }
}
