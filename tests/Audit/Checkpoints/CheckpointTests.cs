using System.Security.Cryptography;
using System.Text;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Notes;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Checkpoints;

public sealed class CheckpointTests
{
    private const string Origin = "exchange.test/node-1";

    private static readonly INoteSigner Signer = Ed25519NoteKey.Signer(Origin, RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void The_text_has_three_lines_and_is_read_again()
    {
        var checkpoint = new Checkpoint(Origin, 20_852_163, Digest.Of("root"u8));

        checkpoint.Text.ShouldBe($"exchange.test/node-1\n20852163\n{Convert.ToBase64String(Digest.Of("root"u8).ToArray())}\n");
        Checkpoint.TryParse(checkpoint.Text, out var read, out _).ShouldBeTrue();
        read.ShouldBe(checkpoint);
        Checkpoint.TryParse(checkpoint.Text + "extension\n", out read, out _).ShouldBeTrue();
        read.ShouldBe(checkpoint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("origin\n1\n")]
    [InlineData("\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("origin\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("origin\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("origin\n18446744073709551616\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n")]
    [InlineData("origin\n1\nAAAA\n")]
    [InlineData("origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nmore\n")]
    public void Anything_else_is_no_checkpoint(string text) => Checkpoint.TryParse(text, out _, out _).ShouldBeFalse();

    [Fact]
    public void A_proof_of_an_entry_is_written_read_and_verified()
    {
        var (proof, leaf) = SomeProof();
        var bytes = proof.ToBytes();
        Encoding.UTF8.GetString(bytes).ShouldStartWith($"c2sp.org/tlog-proof@v1\nextra {Convert.ToBase64String("entry"u8)}\nindex 3\n");

        EntryProof.TryParse(bytes, out var read, out var problem).ShouldBeTrue(problem);
        read!.ToBytes().ShouldBe(bytes);
        read.Verifies(leaf, [Signer.Key], out var checkpoint).ShouldBeTrue();
        checkpoint!.Size.ShouldBe(7UL);
    }

    [Fact]
    public void A_proof_of_another_entry_place_key_or_tree_does_not_verify()
    {
        var (proof, leaf) = SomeProof();

        proof.Verifies(TreeHash.Leaf("other"u8), [Signer.Key], out _).ShouldBeFalse();
        (proof with { Index = 2 }).Verifies(leaf, [Signer.Key], out _).ShouldBeFalse();
        (proof with { Path = proof.Path.RemoveAt(0) }).Verifies(leaf, [Signer.Key], out _).ShouldBeFalse();
        (proof with { Path = proof.Path.Add(leaf) }).Verifies(leaf, [Signer.Key], out _).ShouldBeFalse();
        proof.Verifies(leaf, [], out _).ShouldBeFalse();
        proof.Verifies(leaf, [Ed25519NoteKey.Signer(Origin, RandomNumberGenerator.GetBytes(32)).Key], out _).ShouldBeFalse();
        (proof with { Note = proof.Note with { Text = proof.Note.Text.Replace("\n7\n", "\n8\n", StringComparison.Ordinal) } }).Verifies(leaf, [Signer.Key], out _).ShouldBeFalse();
    }

    [Fact]
    public void A_proof_cut_or_changed_anywhere_is_refused_or_does_not_verify()
    {
        var (proof, leaf) = SomeProof();
        var bytes = proof.ToBytes();
        for (var at = 0; at < bytes.Length; at++)
        {
            EntryProof.TryParse(bytes.AsSpan(0, at), out _, out _).ShouldBeFalse();
            var changed = bytes.ToArray();
            changed[at] ^= 0x02;
            var isSame = EntryProof.TryParse(changed, out var read, out _) && read.Verifies(leaf, [Signer.Key], out _);

            // The extra data is nobody's promise: the entry's bytes are held against the leaf hash by whoever reads them.
            (isSame && !changed.AsSpan().StartsWith("c2sp.org/tlog-proof@v1\nextra "u8)).ShouldBeFalse();
        }
    }

    private static (EntryProof Proof, Digest Leaf) SomeProof()
    {
        Digest[] leaves = [.. Enumerable.Range(0, 7).Select(i => TreeHash.Leaf([(byte)i]))];
        var tree = new SmallTree(leaves);
        var path = new Digest[8];
        var length = tree.CopyPath(3, path);
        return (new EntryProof(3, [.. path[..length]], new Checkpoint(Origin, 7, tree.Root).Sign(Signer), "entry"u8.ToArray()), leaves[3]);
    }
}
