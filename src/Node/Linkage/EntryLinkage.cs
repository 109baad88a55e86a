using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Node.Linkage;

/// <summary>
/// Remembers of each entry whose it is, which the log does not say: for the subject's report, an auditor's order rules, and erasure. The transfer
/// path puts a link into a bounded queue and goes on, whatever the disk does; a thread of its own gathers and writes, and syncs every second.
/// </summary>
/// <remarks>
/// What a power loss takes of the last seconds, and what found no room in the queue, is found again at the next start
/// (<see cref="LinkageRepair"/>): the mark of what is durable does not move past it. A map that cannot be written is no reason to refuse transfers,
/// nor to hold them up: the entries stand in the log, and the same repair links them later.
/// </remarks>
internal sealed class EntryLinkage : IDisposable
{
    /// <summary>Links that wait: 2 MiB, for a disk that does not answer for some seconds.</summary>
    private const int Capacity = 32_768;

    private const int BatchEntries = 1024;
    private const int GatheringsPerSync = 20;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    private readonly LinkQueue _waiting = new(Capacity);
    private readonly Lock _file = new();
    private readonly Lock _erasing = new();
    private readonly LinkageFile _map;
    private readonly EntryLink[] _batch = new EntryLink[BatchEntries];
    private readonly byte[] _bytes = new byte[BatchEntries * EntryLink.Size];
    private readonly ManualResetEvent _isEnding = new(initialState: false);
    private readonly Thread _writer;
    private readonly Action<string>? _onProblem;
    private volatile bool _isSettled;
    private volatile bool _hasGap;
    private bool _isUnsynced;
    private ulong _end;
    private ulong _endBefore;
    private ulong _erasedBelow;
    private volatile string? _problem;

    /// <summary>Opens the map in a folder of its own.</summary>
    /// <param name="storage">The folder; owned.</param>
    /// <param name="onProblem">Told, on the thread that writes, why links are not kept; of one reason, once.</param>
    internal EntryLinkage(ILogStorage storage, Action<string>? onProblem = null)
    {
        _onProblem = onProblem;
        _map = new LinkageFile(storage);
        Unsure = _map.Mark;
        _writer = new Thread(Run) { IsBackground = true, Name = "linkage" };
        _writer.Start();
    }

    /// <summary>From this entry on links may have been lost before this start.</summary>
    internal ulong Unsure { get; }

    /// <summary>What kept links from the map; null while all is well.</summary>
    internal string? Problem => _problem;

    /// <summary>
    /// Links an entry. Allocates nothing, locks nothing, wakes nobody and waits for nothing: a link for which there is no room is left to the
    /// repair of the next start.
    /// </summary>
    internal void Add(ulong index, SubjectId subject, ConsentId consent)
    {
        if (!_waiting.TryPut(new(index, subject, consent)))
        {
            _hasGap = true; // Said before this caller goes on: what is vouched for ended a second earlier, so the mark has not passed this entry by.
        }
    }

    /// <summary>Links what an earlier run has lost, however much it is.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    internal void Repair(IReadOnlyList<EntryLink> links)
    {
        lock (_file)
        {
            foreach (var batch in links.Chunk(BatchEntries))
            {
                Write(batch);
            }
        }
    }

    /// <summary>
    /// What may have been lost before this start is found again, or given up: from now on the mark of what is durable moves on, unless links were
    /// lost since.
    /// </summary>
    internal void Settle() => _isSettled = true;

    /// <summary>The entries of [from, to) of any of these subjects, ascending, with all that was linked before the call.</summary>
    internal IEnumerable<EntryLink> Of(IReadOnlySet<SubjectId> subjects, ulong from, ulong to)
    {
        Drain();
        return _map.Links(from, to).Where(link => subjects.Contains(link.Subject));
    }

    /// <summary>All that is linked of [from, to), ascending, with all that was linked before the call.</summary>
    internal IEnumerable<EntryLink> All(ulong from, ulong to)
    {
        Drain();
        return _map.Links(from, to);
    }

    /// <summary>Forgets, durably, which entries are of these subjects; the number of entries.</summary>
    /// <exception cref="IOException">It could not be made durable.</exception>
    internal ulong Erase(IReadOnlySet<SubjectId> subjects)
    {
        Drain();
        lock (_erasing)
        {
            var erased = _map.Erase(subjects);
            SyncErased();
            return erased;
        }
    }

    /// <summary>Forgets, durably, whose the entries below an index were: they are removed from the log.</summary>
    /// <exception cref="IOException">It could not be made durable.</exception>
    internal void EraseBelow(ulong index)
    {
        Drain();
        lock (_erasing)
        {
            var end = Math.Min(index, _map.Reach);
            if (end > _erasedBelow)
            {
                _map.Erase(_erasedBelow, end);
                SyncErased();
                _erasedBelow = end;
            }
        }
    }

    /// <summary>Writes what waits, makes it durable, and ends.</summary>
    public void Dispose()
    {
        _isEnding.Set();
        _writer.Join();
        lock (_file)
        {
            WriteWaiting();
            Sync(isLast: true);
            _map.Dispose();
        }

        _isEnding.Dispose();
    }

    private void Run()
    {
        for (var gathering = 1; !_isEnding.WaitOne(Gathering); gathering++)
        {
            lock (_file)
            {
                WriteWaiting();

                // After so many gatherings, not after a second by the clock: when the whole machine has stood still, callers have, too.
                if (gathering % GatheringsPerSync == 0)
                {
                    Sync(isLast: false);
                }
            }
        }
    }

    /// <summary>Sees to it that everything that was added before is in the file.</summary>
    private void Drain()
    {
        lock (_file)
        {
            WriteWaiting();
        }
    }

    /// <summary>Under the file's lock, as all that follows.</summary>
    private void WriteWaiting()
    {
        var end = _waiting.End;
        for (int taken; (taken = _waiting.Take(end, _batch)) > 0;)
        {
            try
            {
                Write(_batch.AsSpan(0, taken));
            }
            catch (IOException fault)
            {
                Lose(fault.Message);
            }
        }

        if (_hasGap && _problem is null)
        {
            Lose($"more than {Capacity} links were waiting to be written");
        }
    }

    /// <summary>Runs of consecutive entries in one write.</summary>
    private void Write(Span<EntryLink> links)
    {
        links.Sort(static (left, right) => left.Index.CompareTo(right.Index));
        for (var start = 0; start < links.Length;)
        {
            var end = start;
            do
            {
                links[end].Write(_bytes.AsSpan((end - start) * EntryLink.Size));
                end++;
            }
            while (end < links.Length && links[end].Index == links[end - 1].Index + 1);

            _map.Write(links[start].Index, _bytes.AsSpan(0, (end - start) * EntryLink.Size));
            _end = Math.Max(_end, links[end - 1].Index + 1);
            _isUnsynced = true;
            start = end;
        }
    }

    /// <summary>
    /// Links come in nearly the order of the log, since callers go on at their own pace when their entries are durable. So what is vouched for is the
    /// end of a second ago: whoever had no room for a link below it has said so by now. Only a stop, when nobody is under way any more, vouches for
    /// all.
    /// </summary>
    private void Sync(bool isLast)
    {
        if (!_isUnsynced && !isLast)
        {
            return;
        }

        try
        {
            _map.Sync(_hasGap || !_isSettled ? _map.Mark : isLast ? _end : _endBefore);
            (_endBefore, _isUnsynced) = (_end, false);
        }
        catch (IOException fault)
        {
            Lose(fault.Message);
        }
    }

    /// <summary>
    /// Apart from the writing of zeros, which may take long and keeps no link from the file; but under the lock, since a failed sync may have lost
    /// links, too, and the mark must not move on before that is known.
    /// </summary>
    private void SyncErased()
    {
        lock (_file)
        {
            try
            {
                _map.Sync(_map.Mark);
            }
            catch (IOException fault)
            {
                Lose(fault.Message);
                throw;
            }
        }
    }

    /// <summary>From here on the mark stays where it is, for as long as the node runs.</summary>
    private void Lose(string why)
    {
        _hasGap = true;
        if (_problem != why)
        {
            _problem = why;
            _onProblem?.Invoke(why);
        }
    }
}
