using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Reading;
using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tiles;

/// <summary>
/// The hash tiles of a node's log, derived from it behind the appender's back. Nothing is served before the root of the tiles has been the log's own at the size that recovery found. Tiles that do not fit are made
/// again from the segments. A failure here is no failure of the log.
/// </summary>
public sealed class TileStore : IHashTiles, IDisposable
{
    /// <summary>Leaves that a reader waits for; if more are missing, the tiles are being made again, and it is told so.</summary>
    private const ulong AwaitedLeaves = 65_536;

    private const int RingCapacity = 65_536;
    private const int ChunkLeaves = 2 * Proofs.Segments.SegmentLayout.MaximumGroupEntries;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly HashLevels _levels;
    private readonly DurableLevels _synced;
    private readonly ILogStorage _storage;
    private readonly LeafRing _ring;
    private readonly LeafSource _leaves;
    private readonly Digest[] _chunk = new Digest[ChunkLeaves];
    private readonly AutoResetEvent _wake = new(initialState: true);
    private readonly TimeSpan _retryInterval;
    private readonly ulong _firstIndex;
    private readonly ulong _recoveredSize;
    private readonly Digest _recoveredRoot;
    private readonly Thread _thread;
    private ulong _present;
    private ulong _durable;
    private ulong _size;
    private bool _isFitting;
    private bool _isHopeless;
    private bool _wasMadeAgain;
    private int _isIdle;
    private volatile bool _isStopping;
    private volatile string? _problem;

    /// <summary>Takes up what an earlier run has left and goes on in the background.</summary>
    /// <param name="storage">The tiles' own folder; not owned.</param>
    /// <param name="segments">Where the log is; not owned.</param>
    /// <param name="firstIndex">The first entry that the segments still have.</param>
    /// <param name="size">Entries that recovery found.</param>
    /// <param name="root">The root of their tree.</param>
    /// <param name="retryInterval">How long after a failure the files are tried again.</param>
    internal TileStore(ILogStorage storage, ILogStorage segments, ulong firstIndex, ulong size, Digest root, TimeSpan retryInterval)
    {
        (_storage, _levels) = (storage, new HashLevels(storage));
        _synced = new DurableLevels(storage, _levels);
        (_firstIndex, _recoveredSize, _recoveredRoot, _retryInterval) = (firstIndex, size, root, retryInterval);
        (_ring, _durable) = (new LeafRing(RingCapacity, size), size);
        _leaves = new LeafSource(_levels, _ring, new LogReader(segments, () => Volatile.Read(ref _durable)));
        try
        {
            TakeUp();
        }
        catch (Exception failure)
        {
            // Broad on purpose, here and below: tiles can be made again, and nothing that befalls them may keep the log from its work.
            (_problem, _isHopeless) = (failure.Message, true);
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "audit tiles", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    /// <summary>Entries whose tiles can be read without waiting: at most a moment behind the log, except after a start that has to make them again.</summary>
    public ulong Size => Volatile.Read(ref _size);

    /// <summary>What keeps the tiles behind; null while all is well. The log itself goes on.</summary>
    public string? Problem => _problem;

    /// <inheritdoc/>
    /// <remarks>Tiles of everything that the log has acknowledged are there; the last ones are made here and now if need be.</remarks>
    public ReadOnlyMemory<byte> Read(TileAddress tile)
    {
        if (tile.Level is < 0 or >= sizeof(ulong) || tile.Width is < 1 or > TileAddress.FullWidth)
        {
            throw new IOException($"{tile} is no tile of hashes.");
        }

        var last = ((UInt128)tile.Index * TileAddress.FullWidth) + (UInt128)tile.Width;
        Await(last << (tile.Level * TileAddress.Height), tile);
        var bytes = new byte[tile.Width * Digest.Size];
        _levels.ReadAt(tile.Level, tile.Index * TileAddress.FullWidth, bytes);
        return bytes;
    }

    /// <summary>The appender's word of entries that are durable now. Never waits.</summary>
    internal void Offer(ulong first, ReadOnlySpan<Digest> leafHashes)
    {
        Volatile.Write(ref _durable, first + (ulong)leafHashes.Length);
        _ring.TryPut(first, leafHashes);

        // The full fence keeps this look behind the put; the thread looks for work once more after it has said that it is idle.
        Interlocked.MemoryBarrier();
        if ((_isIdle == 1 && Interlocked.Exchange(ref _isIdle, 0) == 1) || _ring.IsHalfFull)
        {
            _wake.Set();
        }
    }

    /// <summary>Makes the hashes of the first entries durable, before the entries themselves may be removed.</summary>
    /// <exception cref="IOException">They could not be made, or not be made durable.</exception>
    internal void SyncThrough(ulong size)
    {
        lock (_gate)
        {
            while (_size < size && Advance())
            {
            }

            if (_size < size)
            {
                throw new IOException($"The hash tiles in {_storage.Location} cover {_size} entries, not {size}.");
            }

            if (_synced.Size < size)
            {
                _synced.Sync();
            }
        }
    }

    /// <summary>Brings the tiles up to the log, if it takes no longer than a moment, makes them durable, and ends.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _wake.Set();
        _thread.Join();
        lock (_gate)
        {
            try
            {
                while (Volatile.Read(ref _durable) - _levels.Size <= AwaitedLeaves && Advance())
                {
                }

                if (_isFitting && _synced.Size < _levels.Size)
                {
                    _synced.Sync();
                }
            }
            catch (Exception failure)
            {
                _problem = failure.Message; // The next start finds out what is missing.
            }

            _levels.Dispose();
            _synced.Dispose();
            _leaves.Dispose();
        }

        _wake.Dispose();
    }

    /// <summary>At a start: what was synced is believed if its right edge gives the log's root; what was written behind it is looked at again.</summary>
    private void TakeUp()
    {
        _present = Math.Min(_levels.Open(), _recoveredSize);
        if (_present < _firstIndex)
        {
            throw new IOException($"The hash tiles in {_storage.Location} cover {_present} entries, but the log begins with entry {_firstIndex}: restore the folder from a backup.");
        }

        _synced.TakeUp(_present);
        var isWhole = _synced.Size == _recoveredSize;
        try
        {
            _levels.Restore(isWhole ? _synced.Size : _synced.Size - (_synced.Size % TileAddress.FullWidth), keep: _present);
        }
        catch (IOException)
        {
            isWhole = false; // A level lacks what those below it hold.
            MakeAgain();
        }

        if (isWhole)
        {
            Judge();
        }
    }

    private void Run()
    {
        while (!_isStopping && !_isHopeless)
        {
            try
            {
                bool more;
                lock (_gate)
                {
                    more = Advance();
                }

                if (!more)
                {
                    WaitForWork();
                }
            }
            catch (Exception failure)
            {
                _problem = failure.Message;
                _wake.WaitOne(_retryInterval);
            }
        }
    }

    /// <summary>Waits until there is something, and then a little more, so that one caller's appends do not wake this thread one by one.</summary>
    private void WaitForWork()
    {
        Interlocked.Exchange(ref _isIdle, 1);
        if (_levels.Size < Volatile.Read(ref _durable) && Interlocked.Exchange(ref _isIdle, 0) == 1)
        {
            return;
        }

        _wake.WaitOne();
        if (!_isStopping && !_ring.IsHalfFull)
        {
            _wake.WaitOne(Gathering);
        }
    }

    /// <summary>Waits for the tiles of the first leaves by making them.</summary>
    private void Await(UInt128 leaves, TileAddress tile)
    {
        if (leaves <= Volatile.Read(ref _size))
        {
            return;
        }

        var durable = Volatile.Read(ref _durable);
        if (leaves > durable)
        {
            throw new IOException($"{tile} is not there: the log has {durable} entries.");
        }

        lock (_gate)
        {
            var target = _isFitting ? leaves : Max(leaves, _recoveredSize);
            if (target > (UInt128)_levels.Size + AwaitedLeaves)
            {
                throw new IOException(_problem ?? $"The hash tiles are being made again, {_levels.Size} of {durable} entries so far. Ask again later.");
            }

            while (leaves > _size && Advance())
            {
            }

            if (leaves > _size)
            {
                throw new IOException(_problem ?? $"{tile} is not there.");
            }
        }
    }

    private static UInt128 Max(UInt128 left, UInt128 right) => left > right ? left : right;

    /// <summary>One chunk; false when there is none.</summary>
    private bool Advance()
    {
        var next = _levels.Size;
        var durable = Volatile.Read(ref _durable);
        if (next >= durable || _isHopeless)
        {
            return false;
        }

        // Until it is known whether they fit, the size at which that shows must not be passed by.
        var bound = _isFitting ? durable : _recoveredSize;
        var count = _leaves.Read(next, _present, bound, _chunk);
        _levels.Append(_chunk.AsSpan(0, count));
        _ring.Release(_levels.Size);
        if (!_isFitting && _levels.Size >= _recoveredSize)
        {
            Judge();
        }
        else if (_isFitting)
        {
            Publish();
        }

        return true;
    }

    /// <summary>At the size that recovery found: do they give the log's root? If not, they are made again, from the first entry that there is.</summary>
    private void Judge()
    {
        _isFitting = new TiledTree(new Written(_levels), _recoveredSize).Root(_recoveredSize) == _recoveredRoot;
        if (_isFitting)
        {
            Publish();
        }
        else if (!_wasMadeAgain)
        {
            MakeAgain();
        }
        else
        {
            (_problem, _isHopeless) = ($"The hash tiles in {_storage.Location} do not give the log's root though they were made again from it: run exchange-verify on the log.", true);
        }
    }

    /// <summary>From the segments, as far as they still go back. The hashes of what was removed are taken as they are: nobody has others.</summary>
    private void MakeAgain()
    {
        _wasMadeAgain = true;
        _synced.Forget();
        _present = _firstIndex;
        _levels.Restore(0, keep: _firstIndex);
    }

    private void Publish()
    {
        Volatile.Write(ref _size, _levels.Size);
        _problem = null;
        _synced.SyncIfDue();
    }

    /// <summary>The files as they are, for the judgement before anybody else may read them.</summary>
    private sealed class Written(HashLevels levels) : IHashTiles
    {
        public ReadOnlyMemory<byte> Read(TileAddress tile)
        {
            var bytes = new byte[tile.Width * Digest.Size];
            levels.ReadAt(tile.Level, tile.Index * TileAddress.FullWidth, bytes);
            return bytes;
        }
    }
}
