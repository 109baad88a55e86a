using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Reading;
using Exchange.Vocabulary;

namespace Exchange.Audit.Queries;

/// <summary>
/// Finds entries by what they say. Its files stand for 65,536 entries each and are made from the log when they are first needed, and again when they
/// are missing, damaged or another log's; what is not in a file yet is looked at in the log. So a query always sees every entry that the log had when
/// it began. Every entry that is found is looked at itself. Safe for many queries at once.
/// </summary>
/// <param name="log">The entries.</param>
/// <param name="folder">Where the files are; it may be deleted at any time. Null, or one that cannot be written, to look at the log alone.</param>
public sealed class EntryIndex(LogReader log, string? folder)
{
    private const ulong Chunk = IndexLayout.Entries;

    private readonly ConcurrentDictionary<ulong, IndexChunk> _chunks = new();
    private volatile string? _folder = folder;

    /// <summary>Makes the files for all entries that the log has now, on as many threads as there are processors.</summary>
    /// <param name="progress">Told, from several threads, how many entries more are in.</param>
    /// <param name="cancellation">Ends it; files that are made stay.</param>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public void Build(Action<ulong>? progress = null, CancellationToken cancellation = default) => Build(log.FirstIndex, log.Size, progress, cancellation);

    /// <summary>The entries that meet a query, in the order of the log; found as they are asked for.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public IEnumerable<StoredEntry> Find(EntryQuery query, CancellationToken cancellation = default)
    {
        var (from, to) = Range(query);
        if (query.Only is { } only)
        {
            return Read(only.SkipWhile(index => index < from).TakeWhile(index => index < to), query, to, cancellation);
        }

        if (!HasCondition(query))
        {
            return Read(Indexes(from, to), query, to, cancellation);
        }

        Build(from, to, progress: null, cancellation);
        return Read(Candidates(query, from, to), query, to, cancellation);
    }

    private static bool HasCondition(EntryQuery query) =>
        query.Consumer is not null || query.Provider is not null || query.Dataset is not null || query.Purpose is not null
        || query.TransferId is not null || query.Kinds.Count > 0 || query.Outcome is not null;

    private static IEnumerable<ulong> Indexes(ulong from, ulong to)
    {
        for (var index = from; index < to; index++)
        {
            yield return index;
        }
    }

    private (ulong From, ulong To) Range(EntryQuery query)
    {
        var size = log.Size;
        var to = Math.Min(query.To ?? size, size);
        var from = Math.Min(Math.Max(query.From, log.FirstIndex), to);
        if (query.Since is { } since)
        {
            from = log.FirstAt(since, from, to);
        }

        return (from, query.Before is { } before ? log.FirstAt(before, from, to) : to);
    }

    private IEnumerable<StoredEntry> Read(IEnumerable<ulong> indexes, EntryQuery query, ulong to, CancellationToken cancellation)
    {
        var matcher = new EntryMatcher(query);
        using var entries = new EntrySeeker(log, to);
        foreach (var index in indexes)
        {
            cancellation.ThrowIfCancellationRequested();
            entries.MoveTo(index);
            if (matcher.Matches(index, entries.Current))
            {
                yield return new StoredEntry(index, entries.Current.ToArray());
            }
        }
    }

    private IEnumerable<ulong> Candidates(EntryQuery query, ulong from, ulong to)
    {
        var places = new List<int>();
        for (var first = from - (from % Chunk); first < to; first += Chunk)
        {
            var (start, end) = (Math.Max(first, from), Math.Min(first + Chunk, to));
            if (!_chunks.TryGetValue(first, out var chunk) || !TryFind(chunk, first, query, places))
            {
                foreach (var index in Indexes(start, end))
                {
                    yield return index;
                }

                continue;
            }

            foreach (var place in places)
            {
                if (first + (ulong)place is var index && index >= start && index < end)
                {
                    yield return index;
                }
            }
        }
    }

    /// <summary>Deleted or damaged under our hands: this query looks at the log, the next one makes the file again.</summary>
    private bool TryFind(IndexChunk chunk, ulong first, EntryQuery query, List<int> places)
    {
        try
        {
            if (chunk.TryFind(query, places))
            {
                return true;
            }
        }
        catch (IOException)
        {
        }

        _chunks.TryRemove(first, out _);
        return false;
    }

    /// <summary>Makes the files for the entries [from, to), as far as they are not there.</summary>
    /// <param name="from">The first.</param>
    /// <param name="to">The index after the last; at most the log's size.</param>
    /// <param name="progress">Told, from several threads, how many entries more are in.</param>
    /// <param name="cancellation">Ends it; files that are made stay.</param>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public void Build(ulong from, ulong to, Action<ulong>? progress, CancellationToken cancellation)
    {
        if (_folder is null)
        {
            return;
        }

        var missing = new List<ulong>();
        for (var first = from - (from % Chunk); first + Chunk <= to; first += Chunk)
        {
            if (first >= log.FirstIndex && !_chunks.ContainsKey(first))
            {
                missing.Add(first);
            }
        }

        try
        {
            Parallel.ForEach(missing, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, first =>
            {
                if (_folder is { } present && OpenOrMake(present, first) is { } chunk)
                {
                    _chunks[first] = chunk;
                }

                progress?.Invoke(Chunk);
            });
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }
    }

    private IndexChunk? OpenOrMake(string folder, ulong first)
    {
        var path = Path.Combine(folder, first.ToString("D20", CultureInfo.InvariantCulture) + ".index");
        if (IndexChunk.Open(path, first) is { } there && there.LastLeaf == LeafOf(first + Chunk - 1))
        {
            return there;
        }

        var bytes = IndexChunkBuilder.Build(log, first);
        try
        {
            Directory.CreateDirectory(folder);

            // Under a name of its own: a node and a command may make the same file at once.
            var unfinished = $"{path}.{Path.GetRandomFileName()}";
            File.WriteAllBytes(unfinished, bytes);
            File.Move(unfinished, path, overwrite: true);
            return IndexChunk.Open(path, first);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _folder = null; // No room, or a log that may only be read: it is looked at without an index.
            return null;
        }
    }

    private Digest LeafOf(ulong index)
    {
        using var entries = log.Entries(index, index + 1);
        entries.MoveNext();
        return TreeHash.Leaf(entries.Current);
    }
}
