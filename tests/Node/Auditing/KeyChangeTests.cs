using System.Security.Cryptography;
using Exchange.Audit.Proofs.Notes;
using Exchange.Cli;
using Exchange.Cli.Demo.World;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Auditing;

/// <summary>Keys of receipts and checkpoints are replaced, and who has pinned the former ones can follow.</summary>
public sealed class KeyChangeTests : IAsyncLifetime
{
    private AuditedWorld _world = null!;

    public async Task InitializeAsync() => _world = await AuditedWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Each_change_is_an_entry_and_the_receipt_keys_own_is_signed_by_the_former_key()
    {
        var (former, formerNotes) = (ReceiptKey("node"), NoteKeys("node"));
        await ChangeAsync(withFormer: true);
        var (present, presentNotes) = (ReceiptKey("node-2"), NoteKeys("node-2"));

        var changes = _world.Entries().Where(entry => entry.Kind == EntryKind.KeyChanged).ToList();
        changes.Select(entry => entry.KeyUse).ShouldBe(["receipt", "checkpoint-ed25519", "checkpoint-ecdsa"]);
        (Digest(changes[0].PreviousDigest), Digest(changes[0].ChangeDigest)).ShouldBe((former, present));
        for (var i = 0; i < 2; i++)
        {
            (Digest(changes[i + 1].PreviousDigest), Digest(changes[i + 1].ChangeDigest)).ShouldBe((Sha256(formerNotes[i]), Sha256(presentNotes[i])));
        }

        SignerOf(changes[0].Index - 1).ShouldBe(former);
        SignerOf(changes[0].Index).ShouldBe(former, "who has pinned the former key alone believes it");
        SignerOf(changes[0].Index + 1).ShouldBe(present);
        var keys = NodeFiles.Keys(_world.World.DataFolder);
        Directory.EnumerateFiles(keys).Count().ShouldBe(6);
        File.Exists(Path.Combine(keys, $"{former}.pem")).ShouldBeTrue();
    }

    [Fact]
    public async Task Checkpoints_bear_the_lines_of_both_until_the_former_keys_are_taken_away()
    {
        await ChangeAsync(withFormer: true);
        var during = _world.Log.Checkpoints!.Sign();
        during.VerifiedBy(NoteKeys("node")).Length.ShouldBe(2);
        during.VerifiedBy(NoteKeys("node-2")).Length.ShouldBe(2);
        var changes = _world.Entries().Count(entry => entry.Kind == EntryKind.KeyChanged);

        await _world.StopNodeAsync();
        _world.Configure(yaml => yaml[..yaml.IndexOf("  former:", StringComparison.Ordinal)] + yaml[yaml.IndexOf("members:", StringComparison.Ordinal)..]);
        await _world.StartNodeAsync();

        var after = _world.Log.Checkpoints!.Sign();
        after.VerifiedBy(NoteKeys("node")).ShouldBeEmpty();
        after.VerifiedBy(NoteKeys("node-2")).Length.ShouldBe(2);
        _world.Entries().Count(entry => entry.Kind == EntryKind.KeyChanged).ShouldBe(changes, "nothing changed at this start");
    }

    [Fact]
    public async Task A_former_receipt_key_that_is_lost_cannot_sign_the_change_and_the_log_goes_on()
    {
        var former = ReceiptKey("node");
        await ChangeAsync(withFormer: false);

        var change = _world.Entries().First(entry => entry.Kind == EntryKind.KeyChanged);
        Digest(change.PreviousDigest).ShouldBe(former);
        SignerOf(change.Index).ShouldBe(ReceiptKey("node-2"));
        _world.Log.Checkpoints!.Sign().VerifiedBy(NoteKeys("node")).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_keys_are_no_change()
    {
        await _world.StopNodeAsync();
        await _world.StartNodeAsync();

        _world.Entries().ShouldNotContain(entry => entry.Kind == EntryKind.KeyChanged);
    }

    /// <summary>Makes new keys as an operator does, and starts the node with them.</summary>
    private async Task ChangeAsync(bool withFormer)
    {
        await _world.TransferAsync();
        await _world.StopNodeAsync();
        (await ExchangeCommandLine.RunAsync(["certs", "keys", "--out", Path.Combine(_world.World.Folder, "certs", "node-2"), "--origin", DemoMembers.Origin], TextWriter.Null, TextWriter.Null)).ShouldBe(0);
        const string Former = """
              former:
                receipt: certs/node/receipt.pem
                checkpoint_ed25519: certs/node/checkpoint-ed25519.pem
                checkpoint_ecdsa: certs/node/checkpoint-ecdsa.pem

            """;
        _world.Configure(yaml => yaml
            .Replace("certs/node/receipt.pem", "certs/node-2/receipt.pem", StringComparison.Ordinal)
            .Replace("certs/node/checkpoint-", "certs/node-2/checkpoint-", StringComparison.Ordinal)
            .Replace("members: members.yaml", (withFormer ? Former : string.Empty) + "members: members.yaml", StringComparison.Ordinal));
        await _world.StartNodeAsync();
    }

    private Digest SignerOf(ulong index)
    {
        using var groups = _world.Log.Reader.Groups(index);
        groups.MoveNext().ShouldBeTrue();
        return groups.Current.Trailer.KeyId;
    }

    private Digest ReceiptKey(string folder)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(_world.World.Folder, "certs", folder, "receipt.pub.pem")));
        return KeyThumbprint.Of(key);
    }

    private NoteKey[] NoteKeys(string folder) =>
        [.. File.ReadAllLines(Path.Combine(_world.World.Folder, "certs", folder, "checkpoint.vkeys")).Select(line => NoteKey.TryParse(line, out var key, out var problem) ? key : throw new InvalidOperationException(problem))];

    private static Digest Sha256(NoteKey key) => new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key.ToString())));

    private static Digest Digest(Google.Protobuf.ByteString bytes) => new(bytes.Span);
}
