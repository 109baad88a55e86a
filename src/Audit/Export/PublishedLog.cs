using System.Buffers;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Reading;

namespace Exchange.Audit.Export;

/// <summary>
/// A log as strangers read it: docs/audit-format.md, "The published log". Every file is cut out of what the node has anyway when somebody asks
/// for it; none is kept twice. Safe for many readers at once.
/// </summary>
/// <param name="log">The entries.</param>
/// <param name="tiles">Their tree, at least as far as the newest checkpoint.</param>
/// <param name="checkpoints">What was signed.</param>
/// <param name="folders">Files that are published as they are.</param>
public sealed class PublishedLog(LogReader log, IHashTiles tiles, IPublishedCheckpoints checkpoints, PublishedFolders folders)
{
    internal LogReader Log => log;

    internal IHashTiles Tiles => tiles;

    internal IPublishedCheckpoints Checkpoints => checkpoints;

    internal PublishedFolders Folders => folders;

    /// <summary>Reads one file as of the newest checkpoint; false when there is none of this path.</summary>
    /// <param name="path">Relative to the log's prefix, with slashes: <c>tile/entries/x001/234</c>.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">It should be there and cannot be read.</exception>
    public bool TryRead(string path, out ReadOnlyMemory<byte> content)
    {
        content = default;
        using var files = Open();
        var buffer = new ArrayBufferWriter<byte>();
        if (files is null || !files.TryWrite(path, buffer))
        {
            return false;
        }

        content = buffer.WrittenMemory;
        return true;
    }

    /// <summary>The files as of a checkpoint, for one reader who reads many; null when there is no such checkpoint.</summary>
    /// <param name="size">Of the checkpoint; null for the newest.</param>
    /// <exception cref="InvalidDataException">The checkpoint is none of this log, or ahead of it.</exception>
    public PublishedFiles? Open(ulong? size = null) =>
        (size is { } wanted ? checkpoints.Of(wanted) : checkpoints.Newest) is { } note ? new PublishedFiles(this, note, Parse(note)) : null;

    private Checkpoint Parse(SignedNote note)
    {
        if (!Checkpoint.TryParse(note.Text, out var checkpoint, out var problem))
        {
            throw new InvalidDataException($"The newest note in {log.Location} is no checkpoint: {problem}.");
        }

        var size = log.Size;
        return checkpoint.Size <= size
            ? checkpoint
            : throw new InvalidDataException($"The log in {log.Location} has {size} entries, and a checkpoint says that it had {checkpoint.Size}: its end is missing.");
    }
}
