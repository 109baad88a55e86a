using System.Security.Cryptography;
using System.Text;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Storage;
using Exchange.Node.Keys;
using Exchange.Vocabulary;

namespace Exchange.Node.Auditing;

/// <summary>
/// Keeps the public half of every key that ever signed receipts or checkpoints of this log: what was signed under a former key must verify for
/// as long as it is kept. They are published beside the log to be compared, and trusted by nobody for that.
/// </summary>
internal sealed class PublicKeyArchive(string folder)
{
    private const string ReceiptExtension = ".pem";
    private const string CheckpointExtension = ".vkey";

    /// <summary>Keeps the public halves of all keys that this node will sign with.</summary>
    /// <exception cref="IOException">One could not be made durable.</exception>
    internal void Keep(ReceiptKey receiptKey, CheckpointKeys checkpointKeys)
    {
        Keep(receiptKey.Signer);
        if (receiptKey.Former is { } former)
        {
            Keep(former);
        }

        foreach (var signer in checkpointKeys.Signers)
        {
            Keep(signer.Key);
        }
    }

    /// <summary>The checkpoint keys that were kept.</summary>
    internal IReadOnlyList<NoteKey> CheckpointKeys() => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder, $"*{CheckpointExtension}").Select(path => NoteKey.TryParse(File.ReadAllText(path), out var key, out _) ? key : null).OfType<NoteKey>()];

    /// <summary>By which digest entries name a checkpoint key: SHA-256 of the verifier key, without line feed.</summary>
    internal static Digest DigestOf(NoteKey key) => new(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString())));

    /// <summary>A receipt key, as PEM under its thumbprint.</summary>
    private void Keep(ECDsa receiptKey) => Keep($"{KeyThumbprint.Of(receiptKey)}{ReceiptExtension}", receiptKey.ExportSubjectPublicKeyInfoPem());

    /// <summary>A checkpoint key, as a verifier key under that line's digest.</summary>
    private void Keep(NoteKey key) => Keep($"{DigestOf(key)}{CheckpointExtension}", key.ToString());

    private void Keep(string name, string text)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            DurableFile.CreateFolder(folder);
            DurableFile.Write(path, Encoding.UTF8.GetBytes(text.TrimEnd() + "\n"));
        }
    }
}
