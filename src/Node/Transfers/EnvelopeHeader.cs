using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.Formats;
using Exchange.Node.Recording;
using Exchange.Vocabulary;

namespace Exchange.Node.Transfers;

/// <summary>Writes what anybody who handles an envelope may read: <see cref="TransferHeader"/>, the associated data of the encryption.</summary>
internal static class EnvelopeHeader
{
    /// <summary>More than any header can need: four ids of 255 bytes, two names of 64, digests and numbers.</summary>
    internal const int MaximumSize = 2048;

    /// <summary>Writes the header into at least <see cref="MaximumSize"/> bytes and returns its length.</summary>
    internal static int Write(EntryFacts facts, SealingContext context, string origin, Instant issued, bool isLast, Span<byte> destination)
    {
        var writer = new WireWriter(destination);
        writer.Varint(TransferHeader.FormatVersionFieldNumber, 1);
        facts.Id.CopyTo(writer.Reserve(TransferHeader.TransferIdFieldNumber, TransferId.Size));
        facts.RequestId!.Value.CopyTo(writer.Reserve(TransferHeader.RequestIdFieldNumber, RequestId.Size));
        writer.Text(TransferHeader.OriginFieldNumber, origin);
        writer.Text(TransferHeader.ProviderFieldNumber, facts.Provider.Value);
        writer.Text(TransferHeader.ConsumerFieldNumber, facts.Consumer.Value);
        writer.Text(TransferHeader.DatasetFieldNumber, facts.Dataset.Value);
        facts.DescriptorDigest!.Value.CopyTo(writer.Reserve(TransferHeader.DescriptorDigestFieldNumber, Digest.Size));
        writer.Text(TransferHeader.PurposeFieldNumber, facts.Purpose.Value);
        writer.Signed(TransferHeader.IssueTimeFieldNumber, issued.Microseconds);
        facts.Snapshot.Policy.Digest.CopyTo(writer.Reserve(TransferHeader.PolicyDigestFieldNumber, Digest.Size));
        context.RecipientKeyId.CopyTo(writer.Reserve(TransferHeader.RecipientKeyIdFieldNumber, Digest.Size));
        writer.Varint(TransferHeader.PageNumberFieldNumber, (ulong)facts.PageNumber);
        writer.Varint(TransferHeader.LastPageFieldNumber, isLast ? 1UL : 0);
        return writer.Position;
    }
}
