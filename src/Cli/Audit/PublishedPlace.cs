using Exchange.Audit.Export;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Node;

namespace Exchange.Cli.Audit;

/// <summary>
/// What a log on disk would publish, without its node. Its hash tiles are computed from the segments, since those that a node keeps are written
/// behind its log and may not be whole; only where the log's beginning was removed are they the node's.
/// </summary>
internal sealed class PublishedPlace : IDisposable
{
    private const string Scratch = ".tiles";

    private readonly IHashTiles _tiles;

    /// <summary>Prepares the tree up to the newest checkpoint.</summary>
    /// <param name="place">The log.</param>
    /// <param name="output">Told how far it is.</param>
    /// <param name="target">Beside it there is room for tiles that are thrown away.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="UsageException">No checkpoint is kept.</exception>
    internal PublishedPlace(LogPlace place, Output output, string target, CancellationToken cancellation)
    {
        var checkpoints = new CheckpointFolder(NodeFiles.Checkpoints(place.Data));
        var folders = new PublishedFolders { Snapshots = NodeFiles.Snapshots(place.Data), Keys = NodeFiles.Keys(place.Data) };
        var stored = new FlatTiles(NodeFiles.Tiles(place.Data));
        var newest = new PublishedLog(place.Reader, stored, checkpoints, folders).Open();
        if (newest is null)
        {
            stored.Dispose();
            throw new UsageException(
                $"No checkpoint is kept in {NodeFiles.Checkpoints(place.Data)}, and without one nothing is proven. The node signs checkpoints while it runs, on its schedule: start it, and export again. '--format jsonl' needs none.");
        }

        var size = newest.Checkpoint.Size;
        newest.Dispose();
        if (place.Reader.FirstIndex == 0)
        {
            stored.Dispose();
            using var progress = new Progress(output, "hashed", size);
            var before = 0UL;
            _tiles = ComputedTiles.Of(place.Reader, size, Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)) + Scratch, Report, cancellation);

            void Report(ulong done)
            {
                progress.Add(done - before);
                before = done;
            }
        }
        else
        {
            _tiles = stored.Has(size) ? stored : throw new UsageException(
                $"The log begins with entry {place.Reader.FirstIndex}; the hashes of the entries before it are kept in {NodeFiles.Tiles(place.Data)}, where they are missing. Restore that folder from a backup.");
        }

        Log = new PublishedLog(place.Reader, _tiles, checkpoints, folders);
        Files = Log.Open(size)!;
    }

    internal IHashTiles Tiles => _tiles;

    internal PublishedLog Log { get; }

    internal PublishedFiles Files { get; }

    public void Dispose()
    {
        Files.Dispose();
        (_tiles as IDisposable)?.Dispose();
    }
}
