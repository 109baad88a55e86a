using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Reading;
using Exchange.Vocabulary;

namespace Exchange.Audit.Export;

/// <summary>
/// Hash tiles of a log that has none, computed into a folder that is thrown away afterwards; on disk, since memory would grow with the log. The
/// leaf hashes are those that the chain names: each entry holds its predecessor's, and a group's trailer the last. Whether entries have these
/// hashes is what the verifier finds out.
/// </summary>
public sealed class ComputedTiles : IHashTiles, IDisposable
{
    private readonly string _folder;
    private readonly FlatTiles _tiles;

    private ComputedTiles(string folder) => (_folder, _tiles) = (folder, new FlatTiles(folder));

    /// <summary>Reads the log from its first entry on.</summary>
    /// <param name="log">A log of which nothing was removed.</param>
    /// <param name="size">How many entries.</param>
    /// <param name="folder">Made for the tiles, and removed with them.</param>
    /// <param name="progress">Told after each group up to which entry it is done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">The log is damaged, or the folder has no room.</exception>
    public static ComputedTiles Of(LogReader log, ulong size, string folder, Action<ulong>? progress = null, CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(folder);
        var tiles = new ComputedTiles(folder);
        try
        {
            tiles.Compute(log, size, progress, cancellation);
            return tiles;
        }
        catch
        {
            tiles.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(TileAddress tile) => _tiles.Read(tile);

    /// <inheritdoc/>
    public void Dispose()
    {
        _tiles.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Compute(LogReader log, ulong size, Action<ulong>? progress, CancellationToken cancellation)
    {
        var levels = new List<FileStream>();
        try
        {
            var builder = new TileBuilder((tile, bytes) => Level(tile.Level).Write(bytes.Span));
            using var groups = log.Groups(0);
            while (builder.Size < size && groups.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                Append(builder, groups, size);
                progress?.Invoke(builder.Size);
            }

            foreach (var (tile, bytes) in builder.Partial())
            {
                Level(tile.Level).Write(bytes.Span);
            }
        }
        finally
        {
            levels.ForEach(level => level.Dispose());
        }

        FileStream Level(int level)
        {
            while (levels.Count <= level)
            {
                levels.Add(new FileStream(Path.Combine(_folder, FlatTiles.FileName(levels.Count)), FileMode.Create, FileAccess.Write));
            }

            return levels[level];
        }
    }

    private static void Append(TileBuilder builder, GroupCursor groups, ulong size)
    {
        var group = groups.Current;
        var isFirst = true;
        foreach (var entry in group)
        {
            if (!isFirst && builder.Size < size)
            {
                builder.Append(Previous(entry, groups));
            }

            isFirst = false;
        }

        if (builder.Size < size)
        {
            builder.Append(group.Trailer.LastLeafHash);
        }
    }

    /// <summary>Field 2 of an entry, which only the index stands before.</summary>
    private static Digest Previous(ReadOnlySpan<byte> entry, GroupCursor groups)
    {
        var field = new Proofs.Entries.EntryScan(entry);
        while (field.MoveNext())
        {
            if (field.Number == Format.V1.AuditEntry.PreviousLeafHashFieldNumber && field.Content.Length == Digest.Size)
            {
                return new Digest(field.Content);
            }
        }

        throw new UnreadableLogException($"An entry in the group at offset {groups.Offset} of {groups.Segment} does not name the one before.");
    }
}
