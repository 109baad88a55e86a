using Exchange.Audit.Storage;

namespace Exchange.Benches.Micro.Audit.Appending;

/// <summary>Files of a log whose syncs are counted.</summary>
internal sealed class CountedStorage(ILogStorage files) : ILogStorage
{
    private long _syncs;

    public string Location => files.Location;

    /// <summary>Syncs of files so far.</summary>
    internal long Syncs => Interlocked.Read(ref _syncs);

    public IReadOnlyList<string> List() => files.List();

    public ILogFile Create(string name, long length) => new CountedFile(this, files.Create(name, length));

    public ILogFile Open(string name) => new CountedFile(this, files.Open(name));

    public void Rename(string name, string newName) => files.Rename(name, newName);

    public void Delete(string name) => files.Delete(name);

    public void SyncDirectory() => files.SyncDirectory();

    public void Dispose() => files.Dispose();

    private sealed class CountedFile(CountedStorage storage, ILogFile file) : ILogFile
    {
        public string Name => file.Name;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source) => file.Write(offset, source);

        public void SetLength(long length) => file.SetLength(length);

        public void Sync()
        {
            Interlocked.Increment(ref storage._syncs);
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }
}
