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
/// when on it counts. Which keys were used last is read off what they signed: the last group, which the log itself looks at, and the newest checkpoint.
/// </summary>
internal sealed class KeyChanges(
    LogCheckpoints checkpoints,
    CheckpointKeys checkpointKeys,
    PublicKeyArchive archive,
    Recorder recorder,
    SnapshotHolder snapshots,
    NodeConfiguration configuration,
    ILogger<KeyChanges> logger)
{
    // Of which key an entry speaks, as it stands in the entry.
    private const string Receipt = "receipt";
    private const string CheckpointEd25519 = "checkpoint-ed25519";
    private const string CheckpointEcdsa = "checkpoint-ecdsa";

    /// <summary>The body of the entry with which a log goes on under another receipt key.</summary>
    internal static byte[] ReceiptKeyChange(NodeSnapshot snapshot, MemberId node, in Digest former, in Digest present, ILogger logger)
    {
        NodeLog.KeyChanged(logger, Receipt, present, former.ToString());
        return EntryBody.ToArray(Facts(snapshot, node, Receipt, former, present));
    }

    /// <summary>Records that checkpoints are signed by another key than the newest one was, before the present keys sign any.</summary>
    /// <returns><see cref="ErrorCode.None"/>, or why an entry could not be made durable.</returns>
    internal async Task<ErrorCode> RecordAsync()
    {
        foreach (var (use, key) in new[] { (CheckpointEd25519, checkpointKeys.Ed25519.Key), (CheckpointEcdsa, checkpointKeys.Ecdsa.Key) })
        {
            if (checkpoints.Newest is not { } newest || IsSignedBy(newest, key))
            {
                continue;
            }

            var (former, present) = (SignerOf(newest, key.SignatureType), PublicKeyArchive.DigestOf(key));
            var recorded = await recorder.RecordAsync(Facts(snapshots.Current, configuration.Id, use, former, present)).ConfigureAwait(false);
            if (!recorded.IsDurable)
            {
                return recorded.Outcome;
            }

            NodeLog.KeyChanged(logger, use, present, former?.ToString() ?? "one that is not kept");
        }

        return ErrorCode.None;
    }

    private static EntryFacts Facts(NodeSnapshot snapshot, MemberId node, string use, Digest? former, Digest present) => new(TransferId.New(), snapshot)
    {
        Kind = EntryKind.KeyChanged,
        Actor = node,
        KeyUse = use,
        PreviousDigest = former,
        ChangeDigest = present,
    };

    private static bool IsSignedBy(SignedNote note, NoteKey key) => note.Signatures.Any(signature => signature.Name == key.Name && signature.KeyId == key.Id);

    /// <summary>The key of a kind that signed a checkpoint; null when its public half is not kept any more, since a note names its keys by number alone.</summary>
    private Digest? SignerOf(SignedNote note, byte signatureType) =>
        archive.CheckpointKeys().FirstOrDefault(key => key.SignatureType == signatureType && IsSignedBy(note, key)) is { } key ? PublicKeyArchive.DigestOf(key) : null;
}
