using System.Buffers.Binary;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Tiles;

namespace Exchange.Audit.Tests.Verification;

/// <summary>Publishes segments as docs/audit-format.md says, with nothing of the exporter.</summary>
internal static class TestPublisher
{
    /// <summary>All files of a whole export.</summary>
    /// <param name="origin">The log's name.</param>
    /// <param name="segments">In their order.</param>
    /// <param name="kept">Sizes of checkpoints that are kept; the newest has the log's size.</param>
    /// <param name="signers">Of the checkpoints.</param>
    internal static Dictionary<string, byte[]> Publish(string origin, IEnumerable<(string Name, byte[] Bytes)> segments, IReadOnlyCollection<ulong> kept, params INoteSigner[] signers)
    {
        var files = new Dictionary<string, byte[]>();
        var tiles = new TileBuilder((tile, bytes) => files[tile.Path] = bytes.ToArray());
        var (tree, bundle, batches) = (new CompactRange(), new List<byte>(), new Dictionary<string, List<byte>>());
        foreach (var (name, bytes) in segments)
        {
            var reader = SegmentReader.Open(new BytesSource(name, bytes), out _)!;
            while (reader.MoveNext())
            {
                var record = new byte[BatchRecord.Size];
                BatchRecord.Write(reader.Current, record);
                var path = PublishedPath.BatchesOf(reader.Current.Header.FirstIndex);
                (batches.TryGetValue(path, out var list) ? list : batches[path] = []).AddRange(record);
                foreach (var entry in reader.Current)
                {
                    var leafHash = TreeHash.Leaf(entry);
                    tiles.Append(leafHash);
                    tree.Append(leafHash);
                    var length = new byte[sizeof(ushort)];
                    BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Length);
                    bundle.AddRange(length);
                    bundle.AddRange(entry);
                    if (tree.Size % TileAddress.FullWidth == 0)
                    {
                        files[TileAddress.Holding(TileAddress.Entries, tree.Size - 1, tree.Size).Path] = [.. bundle];
                        bundle.Clear();
                    }
                }

                if (kept.Contains(tree.Size))
                {
                    files[PublishedPath.CheckpointOf(tree.Size)] = new Checkpoint(origin, tree.Size, tree.Root).Sign(signers).ToBytes();
                }
            }
        }

        if (bundle.Count > 0)
        {
            files[TileAddress.Holding(TileAddress.Entries, tree.Size - 1, tree.Size).Path] = [.. bundle];
        }

        foreach (var (tile, bytes) in tiles.Partial())
        {
            files[tile.Path] = bytes.ToArray();
        }

        foreach (var (path, records) in batches)
        {
            files[path] = [.. records];
        }

        files[PublishedPath.Checkpoint] = new Checkpoint(origin, tree.Size, tree.Root).Sign(signers).ToBytes();
        return files;
    }
}
