using Exchange.Audit.Reading;

namespace Exchange.Audit.Storage;

/// <summary>
/// The few operations on files that the log's durability rests on, so that a test can make each of them fail and forget whatever was not
/// synced. Every failure is an <see cref="IOException"/>; no room is a <see cref="LogStorageFullException"/>.
/// </summary>
public interface ILogStorage : ISegmentFiles, IDisposable
{
    /// <summary>
    /// Creates a file of zeros with all its space allocated, durably but for its name (<see cref="SyncDirectory"/>). One of length 0 grows as it
    /// is written.
    /// </summary>
    ILogFile Create(string name, long length);

    /// <summary>Opens a file for reading and writing.</summary>
    new ILogFile Open(string name);

    /// <summary>Renames a file, open or not.</summary>
    void Rename(string name, string newName);

    /// <summary>Deletes a file.</summary>
    void Delete(string name);

    /// <summary>Makes created, renamed and deleted names durable.</summary>
    void SyncDirectory();

    /// <inheritdoc/>
    ISegmentFile ISegmentFiles.Open(string name) => Open(name);
}

/// <summary>One open file of the log.</summary>
public interface ILogFile : ISegmentFile
{
    /// <summary>Writes all bytes at an offset; behind the end, the file grows.</summary>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>Cuts off what stands behind a length.</summary>
    void SetLength(long length);

    /// <summary>Returns once everything written is on the disk. A failed sync is final: what it left unsynced may be lost unnoticed.</summary>
    void Sync();
}

/// <summary>There is no room for a file.</summary>
public sealed class LogStorageFullException(string message) : IOException(message);

/// <summary>Another process has the log open.</summary>
public sealed class LogInUseException(string message) : IOException(message);
