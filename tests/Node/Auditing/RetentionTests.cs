using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Format.V1;
using Exchange.Node.Recording;
using Exchange.Node.Snapshots;
using Exchange.V1;
using Exchange.Vocabulary;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Auditing;

public sealed class RetentionTests
{
    /// <summary>More than a segment of 2 MiB holds.</summary>
    private const int Entries = 20_000;

    [Fact]
    public async Task What_was_kept_long_enough_goes_after_the_log_says_so_and_proofs_of_it_stay()
    {
        await using var world = await AuditedWorld.StartAsync(yaml => yaml + "\nlimits: {segment_bytes: 2MiB}\nretention: {entries: 1d, less_than_twelve_months: true}\n");
        await FillAsync(world);
        var leaf = TreeHash.Leaf(world.Log.ReadBackwards().Last().Bytes.Span);
        world.Clock.Advance(TimeSpan.FromHours(23));
        await FillAsync(world);
        world.Log.FirstIndex.ShouldBe(0UL);

        world.Clock.Advance(TimeSpan.FromHours(2));

        await AuditedWorld.UntilAsync(() => world.Log.FirstIndex > 0, "the first segment is gone");
        var removed = world.Entries().Single(entry => entry.Kind == EntryKind.EntriesRemoved);
        (removed.MinimumIndex % 256).ShouldBe(0UL);
        removed.MinimumIndex.ShouldBeGreaterThanOrEqualTo(world.Log.FirstIndex);
        removed.MinimumIndex.ShouldBeLessThanOrEqualTo(Entries + 2UL, "what is younger than a day stays");

        using var channel = world.ChannelOf(AuditedWorld.Auditor);
        var audit = new V1.Audit.AuditClient(channel);
        var answer = await audit.GetInclusionProofAsync(new GetInclusionProofRequest { Index = 0 });
        EntryProof.TryParse(answer.Proof.Span, out var proof, out var problem).ShouldBeTrue(problem);
        proof.Verifies(leaf, world.OptionsOf(AuditedWorld.Auditor).CheckpointKeys, out _).ShouldBeTrue();
        var refused = await Should.ThrowAsync<RpcException>(() => audit.GetInclusionProofAsync(new GetInclusionProofRequest { Index = 0, WithEntry = true }).ResponseAsync);
        world.RefusalsOf(AuditedWorld.Auditor).Read(refused).Reason.ShouldBe("ENTRY_REMOVED");

        await world.StopNodeAsync();
        await world.StartNodeAsync();
        world.Log.FirstIndex.ShouldBeGreaterThan(0UL);
    }

    [Fact]
    public async Task Without_a_word_everything_is_kept()
    {
        await using var world = await AuditedWorld.StartAsync(yaml => yaml + "\nlimits: {segment_bytes: 2MiB}\n");
        await FillAsync(world);

        world.Clock.Advance(TimeSpan.FromDays(300));
        await world.Node.Host.Parts.GetRequiredService<Exchange.Node.Operations.NodeLife>().AggregateAsync();

        world.Log.FirstIndex.ShouldBe(0UL);
        world.Entries().ShouldNotContain(entry => entry.Kind == EntryKind.EntriesRemoved);
    }

    private static async Task FillAsync(AuditedWorld world)
    {
        var recorder = world.Node.Host.Parts.GetRequiredService<Recorder>();
        var snapshot = world.Node.Host.Parts.GetRequiredService<SnapshotHolder>().Current;
        for (var left = Entries; left > 0; left -= 1000)
        {
            var appended = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => recorder.RecordAsync(
                new EntryFacts(TransferId.New(), snapshot) { Kind = EntryKind.Administrative, Actor = AuditedWorld.Operator }).AsTask()));
            appended.ShouldAllBe(result => result.IsDurable);
        }
    }
}
