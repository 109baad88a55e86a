using Exchange.Audit.Reading;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Audit.Storage;

/// <summary>The log in one directory of a local file system, locked for this process alone.</summary>
public sealed class FileLogStorage : ILogStorage
{
    private const string LockName = "lock";

    // What .NET says of a lock that another process holds: EWOULDBLOCK, or a sharing violation. A read-only disk is another matter.
    private const int LockedOnLinux = 11;
    private const int LockedOnMac = 35;
    private const int LockedOnWindows = unchecked((int)0x80070020);

    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    /// <summary>Opens the directory, creating it where absent, and locks it.</summary>
    /// <exception cref="LogInUseException">Another process has it open.</exception>
    public FileLogStorage(string directory)
    {
        Location = Path.GetFullPath(directory);
        if (!Directory.Exists(Location))
        {
            Directory.CreateDirectory(Location);
            NativeFile.SyncDirectory(Path.GetDirectoryName(Location)!);
        }

        try
        {
            _lock = new FileStream(Path.Combine(Location, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault) when (fault.HResult is LockedOnLinux or LockedOnMac or LockedOnWindows)
        {
            throw new LogInUseException($"The audit log in {Location} is in use by another process; one log has one node. Stop the other node, or give this one a directory of its own.");
        }
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(Location).Select(path => Path.GetFileName(path))];

    /// <inheritdoc/>
    public ILogFile Create(string name, long length)
    {
        var path = PathOf(name);
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(handle, FileMode600);
            }

            NativeFile.Allocate(handle, length);
            NativeFile.SyncWithLength(handle);
            return new LogFile(name, handle);
        }
        catch
        {
            // Half a file holds the room that is missing.
            handle.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <inheritdoc/>
    public ILogFile Open(string name) =>
        new LogFile(name, File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    /// <inheritdoc/>
    public void Rename(string name, string newName) => File.Move(PathOf(name), PathOf(newName));

    /// <inheritdoc/>
    public void Delete(string name) => File.Delete(PathOf(name));

    /// <inheritdoc/>
    public void SyncDirectory() => NativeFile.SyncDirectory(Location);

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private string PathOf(string name) => Path.Combine(Location, name);

    private sealed class LogFile(string name, SafeFileHandle handle) : OpenFile(name, handle), ILogFile
    {
        public void Write(long offset, ReadOnlySpan<byte> source) => RandomAccess.Write(Handle, source, offset);

        public void SetLength(long length) => RandomAccess.SetLength(Handle, length);

        public void Sync() => NativeFile.Sync(Handle);
    }
}
