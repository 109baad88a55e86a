using System.Security.Cryptography;
using Exchange.Audit.Proofs.Notes;
using Exchange.Vocabulary;

namespace Exchange.Audit;

/// <summary>The keys that a log signs with. They stay the caller's, and are used by the log alone while it is open.</summary>
/// <param name="Receipt">Signs the group commits, on P-256.</param>
public sealed record AuditLogKeys(ECDsa Receipt)
{
    /// <summary>
    /// The receipt key before, while it is being replaced: it signs the group in which the entry of the change stands, so that whoever has pinned it
    /// alone can follow. Null when there is none, or when it is lost; then the present key signs that group, too.
    /// </summary>
    public ECDsa? FormerReceipt { get; init; }

    /// <summary>
    /// Gives the body of the entry KEY_CHANGED, with which a log goes on whose last group another key has signed. Null to go on without a word.
    /// </summary>
    public KeyChangeEntry? ReceiptKeyChange { get; init; }

    /// <summary>Sign the checkpoints, all of them each; named by the log's origin.</summary>
    public IReadOnlyList<INoteSigner> Checkpoints { get; init; } = [];
}

/// <summary>The body of an entry of kind KEY_CHANGED for the receipt key.</summary>
/// <param name="former">Thumbprint of the key that has signed so far.</param>
/// <param name="present">Thumbprint of the key that signs from here on.</param>
/// <returns>The serialised AuditEntry without its first three fields, canonical.</returns>
public delegate ReadOnlyMemory<byte> KeyChangeEntry(Digest former, Digest present);
