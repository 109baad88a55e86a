using System.Buffers;
using System.Runtime.ExceptionServices;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Tiles;

namespace Exchange.Audit.Export;

/// <summary>Writes a log, or a range of it, into a folder as strangers read it: docs/audit-format.md, "The published log".</summary>
public static class TileExport
{
    // Bundles that stand one behind another are read in one pass by whoever takes them.
    private const int FilesAtOnce = 64;

    /// <summary>
    /// Writes all files that prove the entries [from, to) into a checkpoint. An interrupted export is finished by doing it again, and one of an
    /// earlier checkpoint of the same log is brought up to this one.
    /// </summary>
    /// <param name="log">What is published.</param>
    /// <param name="files">As of which checkpoint.</param>
    /// <param name="range">Indexes; the second is the one after the last.</param>
    /// <param name="folder">Empty, or with such an export.</param>
    /// <param name="progress">Told, from several threads, how many entries more are written.</param>
    /// <param name="cancellation">Ends it; what is written stays.</param>
    /// <exception cref="InvalidDataException">The log, the checkpoint and what the folder holds contradict each other.</exception>
    /// <exception cref="IOException">Something could not be read or written.</exception>
    public static ExportSummary Run(
        PublishedLog log, PublishedFiles files, (ulong From, ulong To) range, string folder, Action<ulong>? progress = null, CancellationToken cancellation = default)
    {
        var target = new ExportFolder(folder);
        CheckTree(log, files, target, folder);
        var paths = files.Paths(range.From, range.To).Where(path => path != PublishedPath.Checkpoint).Chunk(FilesAtOnce);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount), CancellationToken = cancellation };
        try
        {
            Parallel.ForEach(
                paths,
                options,
                () => new Writer(log.Open(files.Checkpoint.Size)!, target),
                (chunk, _, writer) => writer.Write(chunk, progress),
                writer => writer.Dispose());
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }

        target.Finish(PublishedPath.Checkpoint, files.Note.ToBytes());
        return new ExportSummary
        {
            Origin = files.Checkpoint.Origin,
            From = range.From,
            To = range.To,
            CheckpointSize = files.Checkpoint.Size,
            CheckpointRoot = files.Checkpoint.Root,
            FilesWritten = target.FilesWritten,
            FilesKept = target.FilesKept,
            BytesWritten = target.BytesWritten,
        };
    }

    private static void CheckTree(PublishedLog log, PublishedFiles files, ExportFolder target, string folder)
    {
        var tree = new TiledTree(log.Tiles, files.Checkpoint.Size);
        if (tree.Root(files.Checkpoint.Size) != files.Checkpoint.Root)
        {
            throw new InvalidDataException(
                $"The entries of the log in {log.Log.Location} are not those over which its checkpoint of {files.Checkpoint.Size} entries was signed. Nothing was exported. 'exchange audit verify' tells more.");
        }

        if (target.Earlier() is not { } earlier)
        {
            return;
        }

        if (earlier.Origin != files.Checkpoint.Origin)
        {
            throw new InvalidDataException($"{folder} holds an export of the log {earlier.Origin}; this one is {files.Checkpoint.Origin}. Name another folder.");
        }

        if (earlier.Size > files.Checkpoint.Size)
        {
            throw new InvalidDataException($"{folder} holds an export of {earlier.Size} entries, and the newest checkpoint here has {files.Checkpoint.Size}. Name another folder, and find out why the log is shorter than it was.");
        }

        if (tree.Root(earlier.Size) != earlier.Root)
        {
            throw new InvalidDataException(
                $"{folder} holds an export of this log that contradicts it: the first {earlier.Size} entries were others. Nothing was changed. The two checkpoints prove that the log told two histories; keep both.");
        }
    }

    /// <summary>One thread's share.</summary>
    private sealed class Writer(PublishedFiles files, ExportFolder target) : IDisposable
    {
        private readonly ArrayBufferWriter<byte> _content = new();

        public void Dispose() => files.Dispose();

        internal Writer Write(IReadOnlyList<string> paths, Action<ulong>? progress)
        {
            foreach (var path in paths)
            {
                _content.ResetWrittenCount();
                if (!files.TryWrite(path, _content))
                {
                    throw new FileNotFoundException($"{path} is gone: the log is being shortened under its retention period while it is exported. Export again.");
                }

                target.Put(path, _content.WrittenSpan);
                if (TileAddress.TryParse(path, out var tile) && tile.Level == TileAddress.Entries)
                {
                    progress?.Invoke((ulong)tile.Width);
                }
            }

            return this;
        }
    }
}
