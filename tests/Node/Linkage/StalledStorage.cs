using Exchange.Audit.Storage;

namespace Exchange.Node.Tests.Linkage;

/// <summary>Storage one of whose writes does not return before it is told to, and that tells of its syncs.</summary>
internal sealed class StalledStorage(ILogStorage storage) : ILogStorage
{
    private readonly ManualResetEventSlim _flows = new();
    private readonly ManualResetEventSlim _isHeldUp = new();
    private readonly ManualResetEventSlim _isSynced = new();
    private int _isToStall;

    public string Location => storage.Location;

    /// <summary>Holds up the next write.</summary>
    internal void StallNext() => Volatile.Write(ref _isToStall, 1);

    /// <summary>Waits until the write is held up; false if none comes.</summary>
    internal bool AwaitHeldUp(TimeSpan patience) => _isHeldUp.Wait(patience);

    internal void Flow() => _flows.Set();

    /// <summary>Waits until a file was synced; false if none is.</summary>
    internal bool AwaitSync(TimeSpan patience) => _isSynced.Wait(patience);

    public IReadOnlyList<string> List() => storage.List();

    public ILogFile Create(string name, long length) => new StalledFile(this, storage.Create(name, length));

    public ILogFile Open(string name) => new StalledFile(this, storage.Open(name));

    public void Rename(string name, string newName) => storage.Rename(name, newName);

    public void Delete(string name) => storage.Delete(name);

    public void SyncDirectory() => storage.SyncDirectory();

    public void Dispose()
    {
        storage.Dispose();
        _flows.Dispose();
        _isHeldUp.Dispose();
        _isSynced.Dispose();
    }

    private void Pass()
    {
        if (Interlocked.Exchange(ref _isToStall, 0) == 1)
        {
            _isHeldUp.Set();
            _flows.Wait();
        }
    }

    private sealed class StalledFile(StalledStorage owner, ILogFile file) : ILogFile
    {
        public string Name => file.Name;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            owner.Pass();
            file.Write(offset, source);
        }

        public void SetLength(long length) => file.SetLength(length);

        public void Sync()
        {
            file.Sync();
            owner._isSynced.Set();
        }

        public void Dispose() => file.Dispose();
    }
}
