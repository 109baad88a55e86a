using Exchange.Audit.Export;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Node;

namespace Exchange.Cli.Audit;

/// <summary>
/// The tree under the newest checkpoint of a log on disk: from the node's hash tiles where they give the checkpoint's root, otherwise computed from
/// the segments, which takes a pass over the log.
/// </summary>
internal sealed class ProvenTree : IDisposable
{
    private readonly IDisposable _tiles;

    internal ProvenTree(LogPlace place, Output output, CancellationToken cancellation)
    {
        var stored = new FlatTiles(NodeFiles.Tiles(place.Data));
        var checkpoints = new CheckpointFolder(NodeFiles.Checkpoints(place.Data));
        if (checkpoints.Newest is { } note && Checkpoint.TryParse(note.Text, out var checkpoint, out _) && stored.Has(checkpoint.Size))
        {
            var tree = new TiledTree(stored, checkpoint.Size);
            if (IsOf(tree, checkpoint))
            {
                (_tiles, Tree, Note, Checkpoint) = (stored, tree, note, checkpoint);
                return;
            }
        }

        stored.Dispose();
        var published = new PublishedPlace(place, output, Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), cancellation);
        (_tiles, Note, Checkpoint) = (published, published.Files.Note, published.Files.Checkpoint);
        Tree = new TiledTree(published.Tiles, Checkpoint.Size);
        if (!IsOf(Tree, Checkpoint))
        {
            published.Dispose();
            throw new InvalidDataException($"The entries of the log in {place.Reader.Location} are not those over which its checkpoint of {Checkpoint.Size} entries was signed. 'exchange audit verify' tells more.");
        }
    }

    internal TiledTree Tree { get; }

    internal SignedNote Note { get; }

    internal Checkpoint Checkpoint { get; }

    public void Dispose() => _tiles.Dispose();

    private static bool IsOf(TiledTree tree, Checkpoint checkpoint)
    {
        try
        {
            return tree.Root(checkpoint.Size) == checkpoint.Root;
        }
        catch (IOException)
        {
            return false; // Tiles that are not whole are no tiles.
        }
    }
}
