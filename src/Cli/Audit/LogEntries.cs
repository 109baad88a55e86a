using Exchange.Audit.Proofs.Segments;
using Exchange.Format.V1;

namespace Exchange.Cli.Audit;

/// <summary>Where an entry stands in the files of a log.</summary>
/// <param name="Segment">The file.</param>
/// <param name="Offset">The entry's first byte in it.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Entry">What it says.</param>
internal sealed record PlacedEntry(string Segment, long Offset, int Length, AuditEntry Entry);

/// <summary>Reads the entries of a log as they lie on disk, unverified: for looking, not for believing.</summary>
internal static class LogEntries
{
    /// <summary>All entries, in order.</summary>
    internal static IEnumerable<PlacedEntry> Read(string folder) => Segments(folder).SelectMany(ReadSegment);

    /// <summary>The last entries; only as many segments are read as hold them.</summary>
    internal static IReadOnlyList<PlacedEntry> Last(string folder, int count)
    {
        List<PlacedEntry> last = [];
        foreach (var segment in Segments(folder).Reverse())
        {
            last.InsertRange(0, ReadSegment(segment).TakeLast(count - last.Count));
            if (last.Count == count)
            {
                break;
            }
        }

        return last;
    }

    /// <summary>The segment files of a log, in its order.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">No log is in it: the emptiest log has a segment.</exception>
    internal static IReadOnlyList<string> Segments(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}.");
        }

        string[] segments = [.. Directory.EnumerateFiles(folder).Where(path => SegmentLayout.TryParseFileName(Path.GetFileName(path), out _)).Order(StringComparer.Ordinal)];
        return segments.Length > 0
            ? segments
            : throw new FileNotFoundException($"There is no log in {folder}: it holds no segment file, such as {SegmentLayout.FileName(0)}. A node's log is the folder 'log' in its data folder.");
    }

    private static IEnumerable<PlacedEntry> ReadSegment(string path)
    {
        using var source = new SegmentBytes(path);
        if (SegmentReader.Open(source, out var problem) is not { } reader)
        {
            throw new InvalidDataException($"{path}: {problem}.");
        }

        while (reader.MoveNext())
        {
            foreach (var entry in EntriesOf(reader, path))
            {
                yield return entry;
            }
        }
    }

    private static List<PlacedEntry> EntriesOf(SegmentReader reader, string path)
    {
        List<PlacedEntry> placed = [];
        var group = reader.Current;
        var entries = group.GetEnumerator();
        foreach (var (start, length) in group.EntryRanges())
        {
            entries.MoveNext();
            placed.Add(new PlacedEntry(path, reader.Offset + start, length, AuditEntry.Parser.ParseFrom(entries.Current)));
        }

        return placed;
    }

    /// <summary>A segment file, read beside whoever writes it.</summary>
    private sealed class SegmentBytes(string path) : ISegmentSource, IDisposable
    {
        private readonly FileStream _file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        public string Name => Path.GetFileName(path);

        public long Length => _file.Length;

        public int Read(long offset, Span<byte> destination)
        {
            _file.Position = offset;
            return _file.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }

        public void Dispose() => _file.Dispose();
    }
}
