using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Notes;
using Exchange.Cli.Demo.World;
using Exchange.Format.V1;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Node.Tests.Auditing;

/// <summary>What a running node proves, over mutual TLS, checked with nothing but its public keys.</summary>
public sealed class ProofTests : IAsyncLifetime
{
    private AuditedWorld _world = null!;
    private GrpcChannel _channel = null!;
    private V1.Audit.AuditClient _audit = null!;

    public async Task InitializeAsync()
    {
        _world = await AuditedWorld.StartAsync();
        await _world.TransferAsync();
        _channel = _world.ChannelOf(AuditedWorld.Auditor);
        _audit = new V1.Audit.AuditClient(_channel);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_checkpoint_that_is_signed_now_holds_what_was_acknowledged_before()
    {
        var (_, page) = await _world.TransferAsync();

        var answer = await _audit.GetCheckpointAsync(new GetCheckpointRequest { SignNow = true });

        var (note, checkpoint) = Read(answer.Checkpoint);
        note.VerifiedBy(Keys()).Select(key => key.SignatureType).ShouldBe([(byte)1, (byte)2], ignoreOrder: true);
        checkpoint.Origin.ShouldBe(DemoMembers.Origin);
        checkpoint.Size.ShouldBeGreaterThan(page.Receipt.Index);
    }

    [Fact]
    public async Task Each_checkpoint_is_shown_to_continue_the_one_before()
    {
        var (_, before) = Read((await _audit.GetCheckpointAsync(new GetCheckpointRequest { SignNow = true })).Checkpoint);
        await _world.TransferAsync();

        var answer = await _audit.GetCheckpointAsync(new GetCheckpointRequest { SignNow = true, KnownSize = before.Size });

        var (_, after) = Read(answer.Checkpoint);
        after.Size.ShouldBeGreaterThan(before.Size);
        ConsistencyProof.Verifies(before.Size, before.Root, after.Size, after.Root, Path(answer.Consistency)).ShouldBeTrue();
        var asked = await _audit.GetConsistencyProofAsync(new GetConsistencyProofRequest { OldSize = before.Size, NewSize = after.Size });
        ConsistencyProof.Verifies(before.Size, before.Root, after.Size, after.Root, Path(asked.Path)).ShouldBeTrue();
        var (_, kept) = Read((await _audit.GetCheckpointAsync(new GetCheckpointRequest { Size = before.Size })).Checkpoint);
        kept.ShouldBe(before);
    }

    [Fact]
    public async Task The_entry_of_a_receipt_is_proven_by_a_file_that_stands_alone()
    {
        var (_, page) = await _world.TransferAsync();

        var answer = await _audit.GetInclusionProofAsync(new GetInclusionProofRequest { Index = page.Receipt.Index, WithEntry = true });

        EntryProof.TryParse(answer.Proof.Span, out var proof, out var problem).ShouldBeTrue(problem);
        proof.Verifies(new Digest(page.Receipt.LeafHash.Span), Keys(), out var checkpoint).ShouldBeTrue();
        checkpoint.Size.ShouldBeGreaterThan(page.Receipt.Index, "a checkpoint is signed when none holds the entry yet");
        TreeHash.Leaf(proof.Extra.Span).ShouldBe(new Digest(page.Receipt.LeafHash.Span));
        AuditEntry.Parser.ParseFrom(proof.Extra.Span).TransferId.ShouldBe(page.Header.TransferId);
    }

    [Fact]
    public async Task To_ask_for_a_proof_is_logged_before_it_is_answered()
    {
        await _audit.GetInclusionProofAsync(new GetInclusionProofRequest { Index = 1 });

        var read = _world.Entries()[^1];
        (read.Kind, read.Actor, read.ReadAs).ShouldBe((EntryKind.LogRead, AuditedWorld.Auditor.Value, "inclusion-proof"));
        (read.ReadFrom, read.ReadTo, read.Count).ShouldBe((1UL, 2UL, 1UL));
    }

    [Fact]
    public async Task Every_member_may_see_that_the_log_grows_and_who_reads_no_log_may_see_no_more()
    {
        using var channel = _world.ChannelOf(DemoMembers.TaxService);
        var tax = new V1.Audit.AuditClient(channel);
        await _audit.GetCheckpointAsync(new GetCheckpointRequest { SignNow = true });

        var (note, _) = Read((await tax.GetCheckpointAsync(new GetCheckpointRequest { KnownSize = 1 })).Checkpoint);
        note.VerifiedBy(Keys()).Length.ShouldBe(2);
        (await tax.GetConsistencyProofAsync(new GetConsistencyProofRequest { OldSize = 1 })).Path.ShouldNotBeEmpty();

        await RefusedAsync(DemoMembers.TaxService, "ROLE_MISSING", () => tax.GetCheckpointAsync(new GetCheckpointRequest { SignNow = true }).ResponseAsync);
        await RefusedAsync(DemoMembers.TaxService, "ROLE_MISSING", () => tax.GetInclusionProofAsync(new GetInclusionProofRequest { Index = 1 }).ResponseAsync);
        var refused = _world.Entries()[^1];
        (refused.Kind, refused.Actor, refused.Outcome, refused.ReadAs).ShouldBe((EntryKind.Refused, DemoMembers.TaxService.Value, (uint)ErrorCode.RoleMissing, string.Empty));
    }

    [Fact]
    public async Task What_the_log_does_not_have_is_refused_with_its_size()
    {
        var size = _world.Log.Size;

        await RefusedAsync(AuditedWorld.Auditor, "ENTRY_UNKNOWN", () => _audit.GetInclusionProofAsync(new GetInclusionProofRequest { Index = 1_000_000 }).ResponseAsync);
        await RefusedAsync(AuditedWorld.Auditor, "ENTRY_UNKNOWN", () => _audit.GetConsistencyProofAsync(new GetConsistencyProofRequest { OldSize = 1, NewSize = 1_000_000 }).ResponseAsync);
        await RefusedAsync(AuditedWorld.Auditor, "ENTRY_UNKNOWN", () => _audit.GetCheckpointAsync(new GetCheckpointRequest { KnownSize = ulong.MaxValue }).ResponseAsync);
        await RefusedAsync(AuditedWorld.Auditor, "CHECKPOINT_UNKNOWN", () => _audit.GetCheckpointAsync(new GetCheckpointRequest { Size = ulong.MaxValue }).ResponseAsync);
        await RefusedAsync(AuditedWorld.Auditor, "REQUEST_MALFORMED", () => _audit.GetCheckpointAsync(new GetCheckpointRequest { Size = 1, SignNow = true }).ResponseAsync);
        _world.Log.Size.ShouldBe(size + 5, "each refusal is in the log");
    }

    private async Task RefusedAsync(MemberId member, string reason, Func<Task> call) =>
        _world.RefusalsOf(member).Read(await Should.ThrowAsync<RpcException>(call)).Reason.ShouldBe(reason);

    private IReadOnlyList<NoteKey> Keys() => _world.OptionsOf(AuditedWorld.Auditor).CheckpointKeys;

    private static (SignedNote Note, Checkpoint Checkpoint) Read(ByteString bytes)
    {
        SignedNote.TryParse(bytes.Span, out var note, out var problem).ShouldBeTrue(problem);
        Checkpoint.TryParse(note.Text, out var checkpoint, out problem).ShouldBeTrue(problem);
        return (note, checkpoint);
    }

    private static Digest[] Path(IEnumerable<ByteString> path) => [.. path.Select(hash => new Digest(hash.Span))];
}
