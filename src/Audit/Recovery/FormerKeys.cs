using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Reading;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Recovery;

/// <summary>Whether the receipt key has changed since the log's last group.</summary>
internal static class FormerKeys
{
    /// <summary>What <c>key_use</c> says of the receipt key.</summary>
    private const string ReceiptUse = "receipt";

    /// <summary>
    /// The key of the last group when it is not the present one; null when it is, and also when that group is the very entry of the change, after
    /// which a crash came before the present key had signed.
    /// </summary>
    /// <param name="log">The log, which has an entry that is kept.</param>
    /// <param name="size">Number of its entries.</param>
    /// <param name="present">Thumbprint of the present key.</param>
    internal static Digest? Unsaid(LogReader log, ulong size, in Digest present)
    {
        using var groups = log.Groups(size - 1);
        if (!groups.MoveNext())
        {
            return null;
        }

        var keyId = groups.Current.Trailer.KeyId;
        return keyId == present || Says(LastOf(groups.Current), keyId, present) ? null : keyId;
    }

    private static byte[] LastOf(Group group)
    {
        ReadOnlySpan<byte> last = default;
        foreach (var entry in group)
        {
            last = entry;
        }

        return last.ToArray();
    }

    private static bool Says(byte[] entry, in Digest former, in Digest present)
    {
        var read = AuditEntry.Parser.ParseFrom(entry);
        return read.Kind == EntryKind.KeyChanged && read.KeyUse == ReceiptUse
            && read.PreviousDigest.Span.SequenceEqual(former.ToArray()) && read.ChangeDigest.Span.SequenceEqual(present.ToArray());
    }
}
