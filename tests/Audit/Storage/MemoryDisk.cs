using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Storage;

namespace Exchange.Audit.Tests;

/// <summary>
/// A disk in memory that keeps what was synced, and of the rest, at a power loss, any subset: of writes any 512-byte sectors, of names
/// any prefix of the changes. Operations are numbered, so that a test can make the n-th one fail or lose power in it.
/// </summary>
internal sealed class MemoryDisk
{
    /// <summary>Files that must not grow: their space was allocated.</summary>
    private const string Preallocated = ".segment";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Content> _names = [];
    private readonly List<Action<Dictionary<string, Content>>> _unsyncedNames = [];
    private Dictionary<string, Content> _durableNames = [];
    private bool _isOff;

    /// <summary>Operations so far that change the disk or make it durable.</summary>
    internal int Operations { get; private set; }

    /// <summary>Syncs of files so far.</summary>
    internal int Syncs { get; private set; }

    /// <summary>Decides what becomes of an operation, by its number and name.</summary>
    internal Func<int, string, Fault> OnOperation { get; set; } = (_, _) => Fault.None;

    /// <summary>Whether there is room for another file.</summary>
    internal bool IsFull { get; set; }

    internal ILogStorage Mount() => new Mounted(this);

    /// <summary>The segments' bytes as a reader sees them now, in the order of the log; copies.</summary>
    internal List<(string Name, byte[] Bytes)> Segments()
    {
        lock (_gate)
        {
            return [.. _names.Where(file => SegmentLayout.TryParseFileName(file.Key, out _))
                .OrderBy(file => file.Key, StringComparer.Ordinal)
                .Select(file => (file.Key, file.Value.Visible.ToArray()))];
        }
    }

    /// <summary>Changes a file behind the log's back.</summary>
    internal void Tamper(string name, Action<byte[]> change)
    {
        lock (_gate)
        {
            change(_names[name].Visible);
            change(_names[name].Durable);
        }
    }

    internal void Remove(string name)
    {
        lock (_gate)
        {
            _names.Remove(name);
            _durableNames.Remove(name);
        }
    }

    /// <summary>A disk with what a power loss now would leave; this one is off from then on.</summary>
    internal MemoryDisk LosePower(Random random)
    {
        lock (_gate)
        {
            _isOff = true;
            var names = new Dictionary<string, Content>(_durableNames);
            foreach (var change in _unsyncedNames.Take(random.Next(_unsyncedNames.Count + 1)))
            {
                change(names);
            }

            var after = new MemoryDisk();
            foreach (var (name, content) in names)
            {
                after._names[name] = content.AfterPowerLoss(random);
                after._durableNames[name] = after._names[name];
            }

            return after;
        }
    }

    private void Begin(string operation, out Fault fault)
    {
        if (_isOff)
        {
            throw new IOException("The power is off.");
        }

        fault = OnOperation(Operations++, operation);
        if (fault == Fault.Error)
        {
            throw new IOException($"{operation} fails as the test wants it.");
        }

        if (fault == Fault.Full)
        {
            throw new LogStorageFullException($"{operation} finds no room, as the test wants it.");
        }

        if (fault == Fault.PowerLoss)
        {
            _isOff = true;
            throw new IOException("The power goes off.");
        }
    }

    private void ChangeNames(Action<Dictionary<string, Content>> change)
    {
        change(_names);
        _unsyncedNames.Add(change);
    }

    internal enum Fault
    {
        None,

        /// <summary>Fails without having done anything.</summary>
        Error,

        /// <summary>Fails for want of room, without having done anything.</summary>
        Full,

        /// <summary>Of a write: does half of it and fails.</summary>
        Short,

        /// <summary>Of a sync: fails, and what was unsynced is half lost though it still reads well; nobody will hear of it again.</summary>
        LostSync,

        /// <summary>Of a write: takes place, then the power goes off; of others: the power goes off before.</summary>
        PowerLoss,
    }

    private sealed class Content(byte[] visible, byte[] durable)
    {
        internal byte[] Visible { get; private set; } = visible;

        internal byte[] Durable { get; private set; } = durable;

        internal Content AfterPowerLoss(Random random)
        {
            Sync(random);
            return new Content(Durable.ToArray(), Durable.ToArray());
        }

        internal void Sync()
        {
            if (Durable.Length == Visible.Length)
            {
                Visible.CopyTo(Durable, 0);
            }
            else
            {
                Durable = Visible.ToArray();
            }
        }

        /// <summary>A sync that nobody finished: either length, and any of the sectors.</summary>
        internal void Sync(Random random)
        {
            var left = Durable.AsSpan(0, Math.Min(Durable.Length, Visible.Length)).ToArray();
            if (left.Length < Math.Max(Durable.Length, Visible.Length) && random.Next(2) == 0)
            {
                left = Durable.Length > left.Length ? Durable.ToArray() : [.. left, .. new byte[Visible.Length - left.Length]];
            }

            KeepSome(left, random);
            Durable = left;
        }

        internal void Resize(long length)
        {
            var resized = Visible;
            Array.Resize(ref resized, (int)length);
            Visible = resized;
        }

        private void KeepSome(byte[] left, Random random)
        {
            // Often most sectors or few of them; always each on its own.
            var share = random.Next(5) / 4.0;
            var common = Math.Min(left.Length, Visible.Length);
            for (var at = 0; at < common; at += SegmentLayout.SectorBytes)
            {
                var count = Math.Min(SegmentLayout.SectorBytes, common - at);
                if (!Visible.AsSpan(at, count).SequenceEqual(left.AsSpan(at, count)) && random.NextDouble() < share)
                {
                    Visible.AsSpan(at, count).CopyTo(left.AsSpan(at));
                }
            }
        }
    }

    private sealed class Mounted(MemoryDisk disk) : ILogStorage
    {
        public string Location => "memory";

        public IReadOnlyList<string> List()
        {
            lock (disk._gate)
            {
                return [.. disk._names.Keys];
            }
        }

        public ILogFile Create(string name, long length)
        {
            lock (disk._gate)
            {
                disk.Begin("create", out _);
                if (disk.IsFull)
                {
                    throw new LogStorageFullException("The disk is full, as the test wants it.");
                }

                disk._names.ContainsKey(name).ShouldBeFalse();
                var content = new Content(new byte[length], new byte[length]);
                disk.ChangeNames(names => names[name] = content);
                return new OpenFile(disk, name, content);
            }
        }

        public ILogFile Open(string name)
        {
            lock (disk._gate)
            {
                return disk._names.TryGetValue(name, out var content) ? new OpenFile(disk, name, content) : throw new FileNotFoundException($"There is no {name}.");
            }
        }

        public void Rename(string name, string newName)
        {
            lock (disk._gate)
            {
                disk.Begin("rename", out _);
                disk.ChangeNames(names =>
                {
                    if (names.Remove(name, out var content))
                    {
                        names[newName] = content;
                    }
                });
            }
        }

        public void Delete(string name)
        {
            lock (disk._gate)
            {
                disk.Begin("delete", out _);
                disk.ChangeNames(names => names.Remove(name));
            }
        }

        public void SyncDirectory()
        {
            lock (disk._gate)
            {
                disk.Begin("sync directory", out _);
                disk._durableNames = new(disk._names);
                disk._unsyncedNames.Clear();
            }
        }

        public void Dispose()
        {
        }
    }

    private sealed class OpenFile(MemoryDisk disk, string name, Content content) : ILogFile
    {
        public string Name => name;

        public long Length => content.Visible.Length;

        public int Read(long offset, Span<byte> destination)
        {
            lock (disk._gate)
            {
                return new BytesSource(name, content.Visible).Read(offset, destination);
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            lock (disk._gate)
            {
                (name.EndsWith(Preallocated, StringComparison.Ordinal) && offset + source.Length > Length).ShouldBeFalse();
                try
                {
                    disk.Begin("write", out var fault);
                    if (fault == Fault.Short)
                    {
                        Put(offset, source[..(source.Length / 2)]);
                        throw new IOException("The write stops short, as the test wants it.");
                    }

                    Put(offset, source);
                }
                catch (IOException) when (disk._isOff)
                {
                    Put(offset, source);
                    throw;
                }
            }
        }

        public void SetLength(long length)
        {
            lock (disk._gate)
            {
                disk.Begin("truncate", out _);
                content.Resize(length);
            }
        }

        public void Sync()
        {
            lock (disk._gate)
            {
                disk.Begin("sync", out var fault);
                if (fault == Fault.LostSync)
                {
                    content.Sync(new Random(disk.Operations));
                    throw new IOException("The sync fails, as the test wants it.");
                }

                disk.Syncs++;
                content.Sync();
            }
        }

        public void Dispose()
        {
        }

        private void Put(long offset, ReadOnlySpan<byte> source)
        {
            if (offset + source.Length > Length)
            {
                content.Resize(offset + source.Length);
            }

            source.CopyTo(content.Visible.AsSpan((int)offset));
        }
    }
}
