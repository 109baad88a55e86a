using System.Text;
using Exchange.Envelopes.Hpke;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Envelopes.Reading;

/// <summary>Reads a TransferHeader, strictly.</summary>
internal static class HeaderReader
{
    private const byte VersionKey = 0x08;
    private const byte KnownVersion = 1;

    /// <summary>The header, each field of the right size and form.</summary>
    /// <exception cref="EnvelopeRejectedException">HeaderMalformed or VersionUnknown.</exception>
    internal static TransferHeader Read(ReadOnlySpan<byte> bytes)
    {
        // Every canonical header begins with its version, so a later one is named as such whatever else it holds.
        if (bytes is [VersionKey, > KnownVersion and < 0x80, ..])
        {
            throw new EnvelopeRejectedException(
                EnvelopeFault.VersionUnknown, $"The envelope has format version {bytes[1]}; this program knows {KnownVersion}.");
        }

        var header = CanonicalMessage.Read(TransferHeader.Parser, bytes)
            ?? throw Malformed("is not a TransferHeader in canonical serialisation");
        Require(header.FormatVersion == KnownVersion, "format_version");
        RequireSize(header.TransferId.Length, TransferId.Size, "transfer_id");
        RequireSize(header.RequestId.Length, RequestId.Size, "request_id");
        RequireSize(header.DescriptorDigest.Length, Digest.Size, "descriptor_digest");
        RequireSize(header.PolicyDigest.Length, Digest.Size, "policy_digest");
        RequireSize(header.RecipientKeyId.Length, Digest.Size, "recipient_key_id");
        Require(Encoding.UTF8.GetByteCount(header.Origin) is > 0 and <= EncapsulationInfo.MaximumNameBytes, "origin");
        Require(MemberId.TryParse(header.Provider, out _), "provider");
        Require(MemberId.TryParse(header.Consumer, out _), "consumer");
        Require(DatasetId.TryParse(header.Dataset, out _), "dataset");
        Require(PurposeId.TryParse(header.Purpose, out _), "purpose");
        Require(header.IssueTime > 0, "issue_time");
        Require(header.ExpireTime >= 0, "expire_time");
        Require(header.PageNumber > 0, "page_number");
        return header;
    }

    private static void RequireSize(int actual, int expected, string field)
    {
        if (actual != expected)
        {
            throw Malformed($"has {actual} bytes as {field}, which is {expected}");
        }
    }

    private static void Require(bool holds, string field)
    {
        if (!holds)
        {
            throw Malformed($"has no valid {field}");
        }
    }

    private static EnvelopeRejectedException Malformed(string what) => new(EnvelopeFault.HeaderMalformed, $"The envelope's header {what}.");
}
