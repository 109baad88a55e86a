using System.Text.Json;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Tests;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Merkle;

public sealed class TreeTests
{
    private static readonly Digest[] Leaves = [.. Enumerable.Range(0, 300).Select(i => TreeHash.Leaf(BitConverter.GetBytes(i)))];

    [SharedFact]
    public void The_public_inclusion_proofs_verify()
    {
        var path = Path.Combine(Prerequisites.Shared!, "vectors", "rfc6962-proofs.json");
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(path));
        var count = 0;
        foreach (var vector in vectors.RootElement.GetProperty("inclusion").EnumerateArray())
        {
            var proof = vector.GetProperty("proof") is { ValueKind: JsonValueKind.Array } hashes
                ? hashes.EnumerateArray().Select(hash => new Digest(hash.GetBytesFromBase64())).ToArray()
                : [];
            var leaf = new Digest(vector.GetProperty("leafHash").GetBytesFromBase64());
            var fits = InclusionProof.TryComputeRoot(leaf, vector.GetProperty("leafIdx").GetUInt64(), vector.GetProperty("treeSize").GetUInt64(), proof, out var root);

            var verifies = fits && root == new Digest(vector.GetProperty("root").GetBytesFromBase64());
            verifies.ShouldBe(!vector.GetProperty("wantErr").GetBoolean(), vector.GetProperty("name").GetString());
            count++;
        }

        count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Small_trees_and_compact_ranges_have_the_root_of_the_recursive_definition()
    {
        var range = new CompactRange();
        range.Root.ShouldBe(Recursive([]));
        for (var size = 1; size <= Leaves.Length; size++)
        {
            range.Append(Leaves[size - 1]);
            var root = Recursive(Leaves.AsSpan(0, size));
            new SmallTree(Leaves.AsSpan(0, size)).Root.ShouldBe(root);
            range.Root.ShouldBe(root);
        }
    }

    [Fact]
    public void Every_path_of_a_small_tree_leads_from_its_leaf_to_the_root_and_from_no_other_place()
    {
        Span<Digest> path = stackalloc Digest[32];
        for (var size = 1; size <= 70; size++)
        {
            var tree = new SmallTree(Leaves.AsSpan(0, size));
            for (var leaf = 0; leaf < size; leaf++)
            {
                var length = tree.CopyPath(leaf, path);
                InclusionProof.TryComputeRoot(Leaves[leaf], (ulong)leaf, (ulong)size, path[..length], out var root).ShouldBeTrue();
                root.ShouldBe(tree.Root);
                var elsewhere = (ulong)((leaf + 1) % size);
                (size > 1 && InclusionProof.TryComputeRoot(Leaves[leaf], elsewhere, (ulong)size, path[..length], out root) && root == tree.Root).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public void A_compact_range_goes_on_after_it_was_written_and_read()
    {
        var whole = new CompactRange();
        var continued = new CompactRange();
        var bytes = new byte[CompactRange.MaximumBytes];
        foreach (var leaf in Leaves)
        {
            whole.Append(leaf);
            var length = continued.Write(bytes);
            length.ShouldBe(continued.SerializedBytes);
            CompactRange.TryRead(bytes.AsSpan(0, length), out continued).ShouldBeTrue();
            CompactRange.TryRead(bytes.AsSpan(0, length - 1), out _).ShouldBeFalse();
            continued.Append(leaf);
            continued.Root.ShouldBe(whole.Root);
        }
    }

    /// <summary>RFC 6962, section 2.1, word for word.</summary>
    private static Digest Recursive(ReadOnlySpan<Digest> leaves)
    {
        if (leaves.Length < 2)
        {
            return leaves.Length == 0 ? Digest.Of([]) : leaves[0];
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        return TreeHash.Node(Recursive(leaves[..split]), Recursive(leaves[split..]));
    }
}
