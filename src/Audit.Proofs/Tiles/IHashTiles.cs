namespace Exchange.Audit.Proofs.Tiles;

/// <summary>Where the hash tiles of a log are read from: a folder, a node, memory.</summary>
public interface IHashTiles
{
    /// <summary>
    /// The bytes of a tile, 32 for each hash of its width. A source may give a wider tile than was asked for: a full one takes the place of
    /// a partial one.
    /// </summary>
    /// <exception cref="IOException">The tile is not there, or cannot be read.</exception>
    ReadOnlyMemory<byte> Read(TileAddress tile);
}
