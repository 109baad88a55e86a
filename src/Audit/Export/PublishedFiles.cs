using System.Buffers;
using System.Globalization;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Vocabulary;

namespace Exchange.Audit.Export;

/// <summary>
/// The files of a published log as of one checkpoint, for one reader. It remembers where in the segments it stood, so that reading one file after
/// another reads the segments once.
/// </summary>
public sealed class PublishedFiles : IDisposable
{
    private const string Bundles = "tile/entries/";

    private readonly PublishedLog _log;
    private readonly BundleCutter _bundles;

    internal PublishedFiles(PublishedLog log, SignedNote note, Checkpoint checkpoint)
    {
        (_log, Note, Checkpoint) = (log, note, checkpoint);
        _bundles = new BundleCutter(log.Log);
    }

    /// <summary>What the log signed.</summary>
    public SignedNote Note { get; }

    /// <summary>What the note says.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>Writes a file; false when there is none of this path as of the checkpoint.</summary>
    /// <exception cref="IOException">It should be there and cannot be read.</exception>
    public bool TryWrite(string path, IBufferWriter<byte> destination)
    {
        if (TileAddress.TryParse(path, out var tile))
        {
            return tile.Level == TileAddress.Entries ? TryBundle(tile, destination) : TryTile(tile, destination);
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (folder, name) = slash < 0 ? (path, string.Empty) : (path[..slash], path[(slash + 1)..]);
        return folder switch
        {
            PublishedPath.Checkpoint when slash < 0 => Write(Note, destination),
            PublishedPath.Checkpoints => TryCheckpoint(path, name, destination),
            PublishedPath.Batches => TileAddress.TryParse(Bundles + name, out var file) && file.IsFull && TryBatches(file.Index, destination),
            PublishedPath.Snapshots => PublishedFolders.TryWrite(_log.Folders.Snapshots, name, destination),
            PublishedPath.Keys => PublishedFolders.TryWrite(_log.Folders.Keys, name, destination),
            _ => false,
        };
    }

    /// <summary>
    /// Paths of all files that prove the entries [from, to) into the checkpoint, in the order in which they are best read; the checkpoint last.
    /// Of level 0 there are the tiles of the range and of the right edge, of the levels above all.
    /// </summary>
    public IEnumerable<string> Paths(ulong from, ulong to)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Checkpoint.Size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        return Keys().Concat(Snapshots(from, to)).Concat(Entries(from, to)).Concat(Tree(from, to)).Concat(Checkpoints());
    }

    /// <inheritdoc/>
    public void Dispose() => _bundles.Dispose();

    private static bool Write(SignedNote note, IBufferWriter<byte> destination)
    {
        destination.Write(note.ToBytes());
        return true;
    }

    private IEnumerable<string> Keys() => PublishedFolders.Names(_log.Folders.Keys).Select(name => $"{PublishedPath.Keys}/{name}");

    private IEnumerable<string> Snapshots(ulong from, ulong to)
    {
        var names = PublishedFolders.Names(_log.Folders.Snapshots).ToList();
        if (names.Count == 0 || from >= to)
        {
            return [];
        }

        // Of whole bundles, as Entries has them: who verifies the files reads every entry that is in them.
        var (first, end) = (from / TileAddress.FullWidth * TileAddress.FullWidth, (to + TileAddress.FullWidth - 1) / TileAddress.FullWidth * TileAddress.FullWidth);
        var named = NamedSnapshots.Of(_log.Log, first, Math.Min(end, Checkpoint.Size));
        return names.Where(named.Contains).Select(name => $"{PublishedPath.Snapshots}/{name}");
    }

    private IEnumerable<string> Entries(ulong from, ulong to)
    {
        for (var index = from / TileAddress.FullWidth; from < to && index * TileAddress.FullWidth < to; index++)
        {
            if (index * TileAddress.FullWidth >= _log.Log.FirstIndex)
            {
                yield return TileAddress.Holding(TileAddress.Entries, index * TileAddress.FullWidth, Checkpoint.Size).Path;
            }

            var isLast = (index + 1) * TileAddress.FullWidth >= to;
            if (isLast || (index + 1) * TileAddress.FullWidth % PublishedPath.EntriesPerBatchFile == 0)
            {
                yield return PublishedPath.BatchesOf(index * TileAddress.FullWidth);
            }
        }
    }

    private IEnumerable<string> Tree(ulong from, ulong to)
    {
        var (first, end) = (from / TileAddress.FullWidth, (to + TileAddress.FullWidth - 1) / TileAddress.FullWidth);
        return TileAddress.Between(0, Checkpoint.Size)
            .TakeWhile(tile => tile.Level != TileAddress.Entries)
            .Where(tile => tile.Level > 0 || !tile.IsFull || (tile.Index >= first && tile.Index < end))
            .Select(tile => tile.Path);
    }

    private IEnumerable<string> Checkpoints() =>
        _log.Checkpoints.Kept.Where(size => size < Checkpoint.Size).Select(PublishedPath.CheckpointOf).Append(PublishedPath.Checkpoint);

    private bool TryCheckpoint(string path, string name, IBufferWriter<byte> destination) =>
        ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
        && path == PublishedPath.CheckpointOf(size)
        && size <= Checkpoint.Size
        && _log.Checkpoints.Of(size) is { } note
        && Write(note, destination);

    private bool TryBundle(TileAddress bundle, IBufferWriter<byte> destination) =>
        Within(bundle, Checkpoint.Size) && bundle.Index * TileAddress.FullWidth >= _log.Log.FirstIndex && _bundles.TryCut(bundle, destination);

    private bool TryTile(TileAddress tile, IBufferWriter<byte> destination)
    {
        if (!Within(tile, TileAddress.HashesAt(tile.Level, Checkpoint.Size)))
        {
            return false;
        }

        // A source may give a wider tile than was asked for; a file has the width of its name.
        destination.Write(_log.Tiles.Read(tile).Span[..(tile.Width * Digest.Size)]);
        return true;
    }

    private bool TryBatches(ulong file, IBufferWriter<byte> destination)
    {
        if (file > Checkpoint.Size / PublishedPath.EntriesPerBatchFile)
        {
            return false;
        }

        var (from, to) = (file * PublishedPath.EntriesPerBatchFile, Math.Min((file + 1) * PublishedPath.EntriesPerBatchFile, Checkpoint.Size));
        from = Math.Max(from, _log.Log.FirstIndex);
        if (from >= to)
        {
            return false;
        }

        using var groups = _log.Log.Groups(from);
        while (groups.MoveNext() && groups.Current.Header.FirstIndex < to)
        {
            if (groups.Current.Header.FirstIndex >= from)
            {
                BatchRecord.Write(groups.Current, destination.GetSpan(BatchRecord.Size));
                destination.Advance(BatchRecord.Size);
            }
        }

        return true;
    }

    private static bool Within(TileAddress tile, ulong count) => tile.Index <= count / TileAddress.FullWidth && (tile.Index * TileAddress.FullWidth) + (ulong)tile.Width <= count;
}
