using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Proofs.Verification.Published;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Verification;

/// <summary>Exports that are made so that a verifier looks away: at signatures that are not there, at ends that were cut off, at checkpoints that it cannot compare.</summary>
public sealed class ForgedExportTests : IDisposable
{
    private readonly ECDsa _forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly MadeLog _log = new();

    public void Dispose() => _forger.Dispose();

    [Theory]
    [InlineData(ulong.MaxValue, 2u)] // Its end runs over, back to the log's beginning.
    [InlineData(ulong.MaxValue - 1, 4u)]
    [InlineData(5ul, 4u)]
    public void Entries_that_no_group_commit_covers_are_not_taken_for_the_end_of_an_earlier_group(ulong firstIndex, uint count)
    {
        _log.AddPlain(_forger, 9);
        var files = _log.Publish();
        var record = files.Copy("batches/000");
        BinaryPrimitives.WriteUInt64BigEndian(record, firstIndex);
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(8), count);

        ShouldFail(Verify(files, new() { Keys = Some.Keys }), 0);
    }

    [Fact]
    public void A_range_without_a_whole_group_needs_the_checkpoints_signature()
    {
        _log.AddPlain(_forger, 600);
        var options = new LogVerifierOptions { Keys = Some.Keys, To = 256 };

        Verify(_log.Publish(), options).Problem.ShouldNotBeNull().Kind.ShouldBe(LogProblemKind.Signature);
        Verify(_log.Publish(), options with { CheckpointKeys = [LargeLog.Instance.Signers[0].Key] }).Problem.ShouldBeNull("the checkpoint's key vouches for the tree");
    }

    [Theory]
    [InlineData(0ul, 300ul)]
    [InlineData(512ul, null)]
    [InlineData(150ul, 300ul)]
    public void A_range_that_reaches_beyond_the_log_was_cut_off(ulong from, ulong? to)
    {
        _log.AddPlain(Some.Key, 200);

        var report = Verify(_log.Publish(), new() { Keys = Some.Keys, From = from, To = to });

        report.Problem.ShouldNotBeNull().Kind.ShouldBe(LogProblemKind.Missing);
        report.Problem.EntryIndex.ShouldBe(200ul);
    }

    [Fact]
    public void Hash_tiles_of_removed_entries_must_be_there_for_earlier_checkpoints()
    {
        _log.AddPlain(Some.Key, 500);
        _log.Add(Some.Key, new AuditEntry { Kind = EntryKind.EntriesRemoved, MinimumIndex = 256 });
        var files = _log.Publish();
        files.Remove("tile/entries/000");
        var other = new Checkpoint(Some.Origin, 100, TreeHash.Leaf("another history"u8)).Sign(LargeLog.Instance.Signers).ToBytes();
        var options = new LogVerifierOptions { Keys = Some.Keys, Checkpoints = [NamedCheckpoint.Read("earlier", other, out _)!] };
        Verify(files, options).Problem!.Kind.ShouldBe(LogProblemKind.Checkpoint);

        files.Remove("tile/0/000");

        ShouldFail(Verify(files, options), 0);
    }

    [Theory]
    [InlineData(1ul << 63)]
    [InlineData(1ul << 56)]
    public async Task A_checkpoint_of_more_entries_than_there_ever_were_ends_the_verification(ulong size)
    {
        // One tile at the right edge makes the root of 2^63 entries; nobody has to have them.
        var files = _log.Publish();
        var level = (BitOperations.Log2(size) - 1) / TileAddress.Height;
        var hashes = (int)TileAddress.HashesAt(level, size);
        var tile = new byte[hashes * Digest.Size];
        var tree = new CompactRange();
        for (var i = 0; i < hashes; i++)
        {
            tree.Append(Digest.Zero);
        }

        files[TileAddress.Holding(level, (ulong)hashes - 1, size).Path] = tile;
        files[PublishedPath.Checkpoint] = new Checkpoint(Some.Origin, size, tree.Root).Sign(LargeLog.Instance.Signers).ToBytes();

        var report = await Task.Run(() => Verify(files, new() { Keys = Some.Keys })).WaitAsync(TimeSpan.FromMinutes(1));

        report.Problem.ShouldNotBeNull();
    }

    private static VerificationReport Verify(IPublishedFiles files, LogVerifierOptions options)
    {
        using var verifier = new PublishedLogVerifier(files, options);
        return verifier.Run();
    }

    private static void ShouldFail(VerificationReport report, ulong entry) => report.Problem.ShouldNotBeNull().EntryIndex.ShouldBe(entry, $"{report.Problem}");
}
