using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Storage;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Audit.Export;

/// <summary>
/// The folder that an export goes into. A file appears under its name when it is whole, and one that is there with the same content is not written
/// again: so an interrupted export goes on where it was, and a later one adds what is new. Safe for several threads, each file by one of them.
/// </summary>
internal sealed class ExportFolder(string path)
{
    private const string Unfinished = ".new";
    private const int ComparedBytes = 64 * 1024;

    private static readonly string[] Known =
    [
        PublishedPath.Checkpoint, PublishedPath.Checkpoints, PublishedPath.Batches, PublishedPath.Snapshots, PublishedPath.Keys, PublishedPath.Linkage, "tile",
    ];

    private long _written;
    private long _kept;
    private long _bytes;

    internal long FilesWritten => Volatile.Read(ref _written);

    internal long FilesKept => Volatile.Read(ref _kept);

    internal long BytesWritten => Volatile.Read(ref _bytes);

    /// <summary>The checkpoint of an earlier export in this folder; null when there is none.</summary>
    /// <exception cref="InvalidDataException">The folder holds something else than an export.</exception>
    internal Checkpoint? Earlier()
    {
        Directory.CreateDirectory(path);
        if (Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)!).FirstOrDefault(name => !Known.Contains(name.Replace(Unfinished, string.Empty, StringComparison.Ordinal))) is { } other)
        {
            throw new InvalidDataException($"{path} holds '{other}', which is no part of an export. Name a folder of its own.");
        }

        var file = Path.Combine(path, PublishedPath.Checkpoint);
        if (!File.Exists(file))
        {
            return null;
        }

        var problem = "it is no note";
        return SignedNote.TryParse(File.ReadAllBytes(file), out var note, out problem) && Checkpoint.TryParse(note.Text, out var checkpoint, out problem)
            ? checkpoint
            : throw new InvalidDataException($"{file} is no checkpoint: {problem}.");
    }

    internal void Put(string name, ReadOnlySpan<byte> content)
    {
        var file = Path.Combine(path, name);
        if (Holds(file, content))
        {
            Interlocked.Increment(ref _kept);
            return;
        }

        var unfinished = file + Unfinished;
        using (var handle = Create(unfinished))
        {
            RandomAccess.Write(handle, content, fileOffset: 0);
        }

        File.Move(unfinished, file, overwrite: true);
        Interlocked.Increment(ref _written);
        Interlocked.Add(ref _bytes, content.Length);
    }

    /// <summary>The last file: everything before it is durable when it appears.</summary>
    internal void Finish(string name, ReadOnlySpan<byte> content)
    {
        var file = Path.Combine(path, name);
        if (Holds(file, content))
        {
            Interlocked.Increment(ref _kept);
            return;
        }

        NativeFile.SyncFileSystem(path);
        DurableFile.Write(file, content);
        Interlocked.Increment(ref _written);
        Interlocked.Add(ref _bytes, content.Length);
    }

    private static SafeFileHandle Create(string file)
    {
        try
        {
            return File.OpenHandle(file, FileMode.Create, FileAccess.Write);
        }
        catch (DirectoryNotFoundException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            return File.OpenHandle(file, FileMode.Create, FileAccess.Write);
        }
    }

    /// <summary>Compared by content: after a power loss a file may have its name and its length, and nothing in it.</summary>
    private static bool Holds(string file, ReadOnlySpan<byte> content)
    {
        if (new FileInfo(file) is not { Exists: true } found || found.Length != content.Length)
        {
            return false;
        }

        using var handle = File.OpenHandle(file);
        Span<byte> there = new byte[Math.Min(ComparedBytes, content.Length)];
        for (var at = 0; at < content.Length;)
        {
            var count = RandomAccess.Read(handle, there, at);
            if (count == 0 || !there[..count].SequenceEqual(content.Slice(at, Math.Min(count, content.Length - at))))
            {
                return false;
            }

            at += count;
        }

        return true;
    }
}
