using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Node.Linkage;

/// <summary>
/// Remembers of each entry whose it is, which the log does not say: for the subject's report, an auditor's order rules, and erasure. The transfer
/// path puts a link into a bounded queue and goes on; a thread of its own writes, and syncs every second.
/// </summary>
/// <remarks>
/// What a power loss takes of the last seconds is found again at the next start (<see cref="LinkageRepair"/>). A map that cannot be written is no
/// reason to refuse transfers: the entries stand in the log, and the same repair links them later.
/// </remarks>
internal sealed class EntryLinkage : IDisposable
{
    private const int Capacity = 8192;
    private const int BatchEntries = 1024;

    private static readonly TimeSpan SyncInterval = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly Lock _file = new();
    private readonly LinkageFile _map;
    private readonly EntryLink[] _ring = new EntryLink[Capacity];
    private readonly EntryLink[] _batch = new EntryLink[BatchEntries];
    private readonly byte[] _bytes = new byte[BatchEntries * EntryLink.Size];
    private readonly Thread _writer;
    private readonly Action<string>? _onProblem;
    private int _head;
    private int _count;
    private bool _isWriting;
    private bool _isClosed;
    private bool _isUnsynced;
    private volatile bool _hasGap = true;
    private ulong _end;
    private ulong _endBefore;
    private volatile string? _problem;

    /// <summary>Opens the map in a folder of its own.</summary>
    /// <param name="storage">The folder; owned.</param>
    /// <param name="onProblem">Told, on the writer's thread, why links cannot be written.</param>
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

    /// <summary>What kept links from being written; null while all is well.</summary>
    internal string? Problem => _problem;

    /// <summary>Links an entry. Allocates nothing, and waits only for room in the queue.</summary>
    internal void Add(ulong index, SubjectId subject, ConsentId consent)
    {
        lock (_gate)
        {
            while (_count == Capacity && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            if (_isClosed)
            {
                return; // The next start finds what is missing.
            }

            _ring[(_head + _count++) % Capacity] = new(index, subject, consent);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>What may have been lost before this start is found again, or given up: from now on the mark of what is durable moves on.</summary>
    internal void Settle() => _hasGap = false;

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
        lock (_file)
        {
            return _map.Erase(subjects);
        }
    }

    /// <summary>Forgets, durably, whose the entries below an index were: they are removed from the log.</summary>
    /// <exception cref="IOException">It could not be made durable.</exception>
    internal void EraseBelow(ulong index)
    {
        Drain();
        lock (_file)
        {
            _map.EraseBelow(index);
        }
    }

    /// <summary>Writes what waits, makes it durable, and ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }

        _writer.Join();
        _map.Dispose();
    }

    /// <summary>Waits until everything that was added before is in the file.</summary>
    private void Drain()
    {
        lock (_gate)
        {
            while ((_count > 0 || _isWriting) && !_isClosed)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void Run()
    {
        var synced = Environment.TickCount64;
        for (var isMore = true; isMore;)
        {
            var taken = Take(out isMore);
            try
            {
                lock (_file)
                {
                    Write(_batch.AsSpan(0, taken));
                    if (_isUnsynced && (!isMore || Environment.TickCount64 - synced >= SyncInterval.TotalMilliseconds))
                    {
                        Sync(isLast: !isMore);
                        synced = Environment.TickCount64;
                    }
                }
            }
            catch (IOException fault)
            {
                (_problem, _hasGap) = (fault.Message, true);
                _onProblem?.Invoke(fault.Message);
            }

            lock (_gate)
            {
                _isWriting = false;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Takes what there is, or wakes up when it is time to sync; false for more when it is closed and empty.</summary>
    private int Take(out bool isMore)
    {
        lock (_gate)
        {
            while (_count == 0 && !_isClosed)
            {
                if (!_isUnsynced)
                {
                    Monitor.Wait(_gate);
                }
                else if (!Monitor.Wait(_gate, SyncInterval))
                {
                    break;
                }
            }

            var taken = 0;
            for (; taken < _batch.Length && _count > 0; taken++, _count--)
            {
                _batch[taken] = _ring[_head];
                _head = (_head + 1) % Capacity;
            }

            _isWriting = taken > 0;
            isMore = !_isClosed || _count > 0;
            Monitor.PulseAll(_gate);
            return taken;
        }
    }

    /// <summary>Runs of consecutive entries in one write.</summary>
    private void Write(ReadOnlySpan<EntryLink> links)
    {
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
    /// end of a second ago; only a stop, when nobody is under way any more, vouches for all.
    /// </summary>
    private void Sync(bool isLast)
    {
        _map.Sync(_hasGap ? _map.Mark : isLast ? _end : _endBefore);
        (_endBefore, _isUnsynced) = (_end, false);
    }
}
