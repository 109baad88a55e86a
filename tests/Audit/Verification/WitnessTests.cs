using System.Security.Cryptography;
using System.Text;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Proofs.Verification.Published;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Audit.Tests.Verification;

/// <summary>What a log is held against besides itself: keys that follow each other, checkpoints, and what entries name by digest.</summary>
public sealed class WitnessTests : IDisposable
{
    private readonly ECDsa _next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly MadeLog _log = new();

    public void Dispose() => _next.Dispose();

    [Fact]
    public void A_key_that_the_pinned_one_hands_over_to_is_accepted_from_then_on()
    {
        PutKey(_next);
        _log.AddPlain(Some.Key, 3);
        _log.Add(Some.Key, HandOver(Some.Key, _next));
        _log.AddPlain(_next, 2);

        var report = Verify();

        report.Problem.ShouldBeNull();
        report.Size.ShouldBe(6ul);
    }

    [Fact]
    public void A_key_beside_the_log_that_nobody_handed_over_to_is_not_accepted()
    {
        PutKey(_next);
        _log.AddPlain(Some.Key, 3);
        _log.AddPlain(_next, 2);

        ShouldFail(Verify(), LogProblemKind.Signature, 3);
    }

    [Fact]
    public void A_key_cannot_hand_over_to_itself()
    {
        PutKey(_next);
        _log.AddPlain(Some.Key, 3);
        _log.Add(_next, HandOver(Some.Key, _next));

        ShouldFail(Verify(), LogProblemKind.Signature, 3);
    }

    [Fact]
    public void A_key_that_was_put_out_of_use_signs_nothing_more()
    {
        PutKey(_next);
        _log.Add(Some.Key, HandOver(Some.Key, _next));
        _log.AddPlain(Some.Key);

        ShouldFail(Verify(), LogProblemKind.Key, 1);
    }

    [Fact]
    public void Another_key_under_the_next_ones_name_is_not_accepted()
    {
        _log.Put(KeyName.OfReceiptKey(KeyThumbprint.Of(_next)), Encoding.UTF8.GetBytes(Some.Key.ExportSubjectPublicKeyInfoPem()));
        _log.Add(Some.Key, HandOver(Some.Key, _next));
        _log.AddPlain(_next);

        ShouldFail(Verify(), LogProblemKind.Signature, 1);
    }

    [Fact]
    public void A_checkpoint_key_that_follows_the_pinned_one_is_accepted_for_later_checkpoints_only()
    {
        var (former, later) = (LargeLog.Instance.Signers[0], EcdsaNoteKey.Signer(Some.Origin, _next));
        _log.Put(KeyName.OfCheckpointKey(DigestOf(later)), Encoding.UTF8.GetBytes(later.Key.ToString()));
        _log.AddPlain(Some.Key, 2);
        var early = NamedCheckpoint.Read("too early", _log.Checkpoint(later), out _)!;
        _log.Add(Some.Key, new AuditEntry
        {
            Kind = EntryKind.KeyChanged,
            KeyUse = KeyUse.CheckpointEcdsa,
            PreviousDigest = ByteString.CopyFrom(DigestOf(former).ToArray()),
            ChangeDigest = ByteString.CopyFrom(DigestOf(later).ToArray()),
        });
        _log.AddPlain(Some.Key, 2);
        var options = new LogVerifierOptions { Keys = Some.Keys, CheckpointKeys = [former.Key], Checkpoints = [NamedCheckpoint.Read("newest", _log.Checkpoint(later), out _)!] };

        _log.Verify(options, later).Problem.ShouldBeNull();
        ShouldFail(_log.Verify(options with { Checkpoints = [early] }, later), LogProblemKind.Checkpoint, 2);
    }

    [Fact]
    public void A_checkpoint_decides_only_by_its_ECDSA_line_under_a_pinned_key()
    {
        _log.AddPlain(Some.Key, 5);
        var (ecdsa, ed25519) = (LargeLog.Instance.Signers[0], LargeLog.Instance.Signers[1]);
        using var verifier = new PublishedLogVerifier(_log.Publish(ed25519), new() { Keys = Some.Keys, CheckpointKeys = [ecdsa.Key, ed25519.Key] });

        ShouldFail(verifier.Run(), LogProblemKind.Checkpoint, 5);
    }

    [Fact]
    public void What_entries_name_by_digest_must_be_there_and_unchanged()
    {
        var policy = _log.Keep(SnapshotName.Policy, "a policy"u8.ToArray());
        _log.Add(Some.Key, new AuditEntry { Kind = EntryKind.Started, PolicyDigest = policy, RegistryDigest = _log.Keep(SnapshotName.Registry, "members"u8.ToArray()) });
        Verify().ShouldSatisfyAllConditions(report => report.Problem.ShouldBeNull(), report => report.SnapshotsFound.ShouldBe(2));

        var change = new Digest(Some.Bytes(new Random(1), Digest.Size));
        _log.Add(Some.Key, new AuditEntry { Kind = EntryKind.PolicyChanged, PolicyDigest = policy, ChangeDigest = ByteString.CopyFrom(change.ToArray()) });
        ShouldFail(Verify(), LogProblemKind.Snapshot, 1);
        _log.Verify(new() { Keys = Some.Keys, ChecksSnapshots = false }).SnapshotsFound.ShouldBeNull();

        _log.Put($"{PublishedPath.Snapshots}/{SnapshotName.Of(SnapshotName.Policy, new Digest(policy.Span))}", "another"u8.ToArray());
        ShouldFail(Verify(), LogProblemKind.Snapshot, 0);
    }

    [Fact]
    public void A_range_is_proven_into_the_checkpoint_and_must_be_asked_for_as_one()
    {
        for (var i = 0; i < 30; i++)
        {
            _log.AddPlain(Some.Key, 100);
        }

        var files = _log.Publish();
        foreach (var bundle in new[] { 0, 1, 2, 3, 8, 9, 10 })
        {
            files.Remove($"tile/entries/{bundle:D3}");
            files.Remove($"tile/0/{bundle:D3}");
        }

        files.Remove("tile/entries/011.p/184");
        VerificationReport Of(LogVerifierOptions options)
        {
            using var verifier = new PublishedLogVerifier(files, options);
            return verifier.Run();
        }

        // The group of the last 48 entries ends behind the range: who signed them, only the checkpoint tells.
        ShouldFail(Of(new() { Keys = Some.Keys, From = 1030, To = 2000 }), LogProblemKind.Signature, 2000);
        var report = Of(new() { Keys = Some.Keys, CheckpointKeys = [LargeLog.Instance.Signers[0].Key], From = 1030, To = 2000 });
        report.Problem.ShouldBeNull();
        (report.FirstIndex, report.Size, report.Groups).ShouldBe((1024ul, 2048ul, 9ul)); // 1,100 to 2,000: the groups at the edges are not here whole.
        ShouldFail(Of(new() { Keys = Some.Keys, To = 2048 }), LogProblemKind.Missing, 0);
        ShouldFail(Of(new() { Keys = Some.Keys, From = 1030 }), LogProblemKind.Missing, 2048);
    }

    private static Digest DigestOf(INoteSigner signer) => Digest.Of(Encoding.UTF8.GetBytes(signer.Key.ToString()));

    private static AuditEntry HandOver(ECDsa from, ECDsa to) => new()
    {
        Kind = EntryKind.KeyChanged,
        KeyUse = KeyUse.Receipt,
        PreviousDigest = ByteString.CopyFrom(KeyThumbprint.Of(from).ToArray()),
        ChangeDigest = ByteString.CopyFrom(KeyThumbprint.Of(to).ToArray()),
    };

    private static void ShouldFail(VerificationReport report, LogProblemKind kind, ulong entry) =>
        (report.Problem.ShouldNotBeNull().Kind, report.Problem.EntryIndex).ShouldBe((kind, entry), $"{report.Problem}");

    private void PutKey(ECDsa key) => _log.Put(KeyName.OfReceiptKey(KeyThumbprint.Of(key)), Encoding.UTF8.GetBytes(key.ExportSubjectPublicKeyInfoPem()));

    private VerificationReport Verify() => _log.Verify(new() { Keys = Some.Keys });
}
