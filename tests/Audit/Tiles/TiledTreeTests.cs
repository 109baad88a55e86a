using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Tiles;

/// <summary>Tiles cut out of a growing log, and what is read out of them again.</summary>
public sealed class TiledTreeTests
{
    /// <summary>Sizes around the borders of tiles of the first three levels, as far as a test can go.</summary>
    private static readonly ulong[] Sizes = [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000];

    private static readonly Digest[] Leaves = [.. Enumerable.Range(0, 70_000).Select(i => TreeHash.Leaf(BitConverter.GetBytes(i)))];

    [Fact]
    public void The_root_read_from_tiles_is_that_of_the_growing_log_at_every_size_asked()
    {
        var tree = TreeOf(Leaves.Length);
        var range = new CompactRange();
        tree.Root(0).ShouldBe(range.Root);
        foreach (var leaf in Leaves)
        {
            range.Append(leaf);
            if (range.Size < 600 || Sizes.Contains(range.Size))
            {
                tree.Root(range.Size).ShouldBe(range.Root, $"{range.Size} leaves");
            }
        }
    }

    [Fact]
    public void Every_inclusion_path_leads_to_the_root_and_is_as_long_as_a_small_trees()
    {
        foreach (var size in Sizes)
        {
            var tree = TreeOf((int)size);
            var root = tree.Root(size);
            foreach (var index in new ulong[] { 0, 1, size / 3, size / 2, size - 1 }.Where(index => index < size))
            {
                var path = tree.InclusionPath(index, size);
                InclusionProof.TryComputeRoot(Leaves[index], index, size, path.ToArray(), out var computed).ShouldBeTrue();
                computed.ShouldBe(root, $"leaf {index} of {size}");
                tree.LeafHash(index).ShouldBe(Leaves[index]);
            }
        }

        var small = new SmallTree(Leaves.AsSpan(0, 300));
        var expected = new Digest[32];
        for (var leaf = 0; leaf < 300; leaf++)
        {
            var length = small.CopyPath(leaf, expected);
            TreeOf(300).InclusionPath((ulong)leaf, 300).ShouldBe(expected[..length]);
        }
    }

    [Fact]
    public void Every_tree_is_consistent_with_every_later_one_and_with_no_other()
    {
        var tree = TreeOf(Leaves.Length);
        foreach (var older in Sizes)
        {
            foreach (var newer in Sizes.Where(newer => newer >= older))
            {
                var path = tree.ConsistencyPath(older, newer).ToArray();
                ConsistencyProof.Verifies(older, tree.Root(older), newer, tree.Root(newer), path).ShouldBeTrue($"{older} to {newer}");
                ConsistencyProof.Verifies(older, Leaves[3], newer, tree.Root(newer), path).ShouldBeFalse();
                ConsistencyProof.Verifies(older, tree.Root(older), newer, Leaves[3], path).ShouldBeFalse();
                ConsistencyProof.Verifies(older, tree.Root(older), newer, tree.Root(newer), [.. path, Leaves[0]]).ShouldBeFalse();
            }
        }

        for (ulong older = 0; older <= 40; older++)
        {
            for (var newer = older; newer <= 40; newer++)
            {
                ConsistencyProof.Verifies(older, tree.Root(older), newer, tree.Root(newer), tree.ConsistencyPath(older, newer).ToArray()).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void A_tree_of_70000_has_the_tiles_of_the_formats_own_example()
    {
        var tiles = TilesOf(70_000);

        tiles.Keys.Count(tile => tile is { Level: 0, IsFull: true }).ShouldBe(273);
        tiles.Keys.Where(tile => !tile.IsFull).ShouldBe([new TileAddress(0, 273, 112), new TileAddress(1, 1, 17), new TileAddress(2, 0, 1)], ignoreOrder: true);
        tiles.Keys.Count(tile => tile is { Level: 1, IsFull: true }).ShouldBe(1);
        TileAddress.Between(0, 70_000).Where(tile => tile.Level != TileAddress.Entries).ShouldBe(tiles.Keys, ignoreOrder: true);
    }

    [Fact]
    public void Between_two_sizes_are_exactly_the_tiles_that_the_first_had_not()
    {
        for (ulong older = 0; older < 1_100; older += 37)
        {
            var had = TileAddress.Between(0, older).ToHashSet();
            for (var newer = older; newer < 1_100; newer += 53)
            {
                TileAddress.Between(older, newer).ShouldBe(TileAddress.Between(0, newer).Where(tile => !had.Contains(tile)), ignoreOrder: true);
            }
        }
    }

    [Fact]
    public void A_full_tile_takes_the_place_of_a_partial_one_and_a_short_one_is_refused()
    {
        var tiles = TilesOf(512);
        new TiledTree(new Kept(tiles, widens: true), 300).Root(300).ShouldBe(TreeOf(300).Root(300));
        var cut = tiles.ToDictionary(tile => tile.Key, tile => tile.Value[..^1]);
        Should.Throw<InvalidDataException>(() => new TiledTree(new Kept(cut), 512).Root(512)).Message.ShouldContain("tile/1/000.p/2 has 63 bytes");
    }

    private static TiledTree TreeOf(int size) => new(new Kept(TilesOf(size)), (ulong)size);

    private static Dictionary<TileAddress, byte[]> TilesOf(int size)
    {
        var tiles = new Dictionary<TileAddress, byte[]>();
        var builder = new TileBuilder((tile, bytes) => tiles.Add(tile, bytes.ToArray()));
        foreach (var leaf in Leaves.AsSpan(0, size))
        {
            builder.Append(leaf);
        }

        foreach (var (tile, bytes) in builder.Partial())
        {
            tiles.Add(tile, bytes.ToArray());
        }

        return tiles;
    }

    private sealed class Kept(Dictionary<TileAddress, byte[]> tiles, bool widens = false) : IHashTiles
    {
        public ReadOnlyMemory<byte> Read(TileAddress tile) =>
            tiles.TryGetValue(widens && tile.Level == 0 ? tile with { Width = TileAddress.FullWidth } : tile, out var bytes) ? bytes : tiles.First(kept => kept.Key.Level == tile.Level && kept.Key.Index == tile.Index).Value;
    }
}
