using Exchange.Audit;
using Exchange.Audit.Proofs.Notes;
using Exchange.Format.V1;
using Exchange.Node.Keys;
using Exchange.Node.Recording;
using Exchange.Node.Snapshots;
using Exchange.Node.Telemetry;
using Exchange.Vocabulary;

namespace Exchange.Node.Auditing;

/// <summary>
/// Says in the log that another key signs than before, so that whoever has pinned the former key learns of its successor from the log, and from
/// when on it counts. Which keys were used last is read off what they signed: the last group, and the newest checkpoint.
/// </summary>
internal sealed class KeyChanges(
    AuditLog log,
    LogCheckpoints checkpoints,
    ReceiptKey receiptKey,
    CheckpointKeys checkpointKeys,
    PublicKeyArchive archive,
    Recorder recorder,
    SnapshotHolder snapshots,
    NodeConfiguration configuration,
    ILogger<KeyChanges> logger)
{
    /// <summary>Of which key an entry speaks, as it stands in the entry.</summary>
    internal const string Receipt = "receipt";
    internal const string CheckpointEd25519 = "checkpoint-ed25519";
    internal const string CheckpointEcdsa = "checkpoint-ecdsa";

    /// <summary>Records every change since the last start, before anything else is signed; the public halves are kept before that.</summary>
    /// <returns><see cref="ErrorCode.None"/>, or why an entry could not be made durable.</returns>
    /// <exception cref="IOException">A public key could not be made durable.</exception>
    internal async Task<ErrorCode> RecordAsync()
    {
        archive.Keep(receiptKey.Signer);
        if (receiptKey.Former is { } former)
        {
            archive.Keep(former);
        }

        foreach (var signer in checkpointKeys.Signers)
        {
            archive.Keep(signer.Key);
        }

        var outcome = LastReceiptKey() is { } last && last != receiptKey.KeyId ? await RecordAsync(Receipt, last, receiptKey.KeyId).ConfigureAwait(false) : ErrorCode.None;
        foreach (var (use, key) in new[] { (CheckpointEd25519, checkpointKeys.Ed25519.Key), (CheckpointEcdsa, checkpointKeys.Ecdsa.Key) })
        {
            if (outcome == ErrorCode.None && checkpoints.Newest is { } newest && !IsSignedBy(newest, key))
            {
                outcome = await RecordAsync(use, SignerOf(newest, key.SignatureType), PublicKeyArchive.DigestOf(key)).ConfigureAwait(false);
            }
        }

        return outcome;
    }

    /// <summary>The key that signed the last group; null in a new log.</summary>
    private Digest? LastReceiptKey()
    {
        if (log.Size == 0)
        {
            return null;
        }

        using var groups = log.Reader.Groups(log.Size - 1);
        return groups.MoveNext() ? groups.Current.Trailer.KeyId : null;
    }

    private static bool IsSignedBy(SignedNote note, NoteKey key) => note.Signatures.Any(signature => signature.Name == key.Name && signature.KeyId == key.Id);

    /// <summary>The key of a kind that signed a checkpoint; null when its public half is not kept any more, since a note names its keys by number alone.</summary>
    private Digest? SignerOf(SignedNote note, byte signatureType) =>
        archive.CheckpointKeys().FirstOrDefault(key => key.SignatureType == signatureType && IsSignedBy(note, key)) is { } key ? PublicKeyArchive.DigestOf(key) : null;

    private async Task<ErrorCode> RecordAsync(string use, Digest? previous, Digest key)
    {
        var facts = new EntryFacts(TransferId.New(), snapshots.Current)
        {
            Kind = EntryKind.KeyChanged,
            Actor = configuration.Id,
            KeyUse = use,
            PreviousDigest = previous,
            ChangeDigest = key,
        };
        var outcome = (await recorder.RecordAsync(facts).ConfigureAwait(false)).Outcome;
        if (outcome == ErrorCode.None)
        {
            NodeLog.KeyChanged(logger, use, key, previous?.ToString() ?? "one that is not kept");
        }

        return outcome;
    }
}
