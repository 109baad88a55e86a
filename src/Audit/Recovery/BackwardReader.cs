using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Storage;

namespace Exchange.Audit.Recovery;

/// <summary>Reads entries newest first: a start wants the log's tail, and stops when it has gone back far enough.</summary>
internal static class BackwardReader
{
    /// <summary>The entries below <paramref name="size"/>, newest first. A segment's groups are found in one pass and then read from the last.</summary>
    internal static IEnumerable<StoredEntry> Read(ILogStorage storage, IReadOnlyList<string> names, ulong size)
    {
        for (var i = names.Count - 1; i >= 0; i--)
        {
            using var file = storage.Open(names[i]);
            var groups = FindGroups(file, size);
            for (var group = groups.Count - 1; group >= 0; group--)
            {
                var (offset, bytes, firstIndex) = groups[group];
                var entries = ReadEntries(file, offset, bytes);
                for (var entry = entries.Count - 1; entry >= 0; entry--)
                {
                    yield return new StoredEntry(firstIndex + (ulong)entry, entries[entry]);
                }
            }
        }
    }

    private static List<(long Offset, int Bytes, ulong FirstIndex)> FindGroups(ILogFile file, ulong size)
    {
        var groups = new List<(long, int, ulong)>();
        var reader = SegmentReader.Open(file, out var problem) ?? throw new IOException($"{file.Name}: {problem}.");

        // Behind the durable size another thread may be writing: that is not read.
        while (reader.NextIndex < size && reader.MoveNext())
        {
            groups.Add((reader.Offset, reader.Current.Header.ExtentBytes, reader.Current.Header.FirstIndex));
        }

        return groups;
    }

    private static List<ReadOnlyMemory<byte>> ReadEntries(ILogFile file, long offset, int bytes)
    {
        var extent = new byte[bytes];
        if (file.Read(offset, extent) != bytes || !Group.TryRead(extent, out var group))
        {
            throw new IOException($"{file.Name}: the group at offset {offset} cannot be read again.");
        }

        var entries = new List<ReadOnlyMemory<byte>>(group.Header.Count);
        foreach (var (start, length) in group.EntryRanges())
        {
            entries.Add(extent.AsMemory(start, length));
        }

        return entries;
    }
}
