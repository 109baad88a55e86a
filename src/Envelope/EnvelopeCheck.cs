using System.Diagnostics;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Envelopes.Reading;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Envelopes;

/// <summary>
/// Checks the receipt of an envelope. It needs no private key: whoever keeps an envelope can prove with it that the node released it and
/// promised that the entry is in its log.
/// </summary>
public static class EnvelopeCheck
{
    /// <summary>Checks header and receipt against each other, and the receipt against the object digest of the envelope as it is.</summary>
    /// <param name="envelope">As received.</param>
    /// <param name="verifier">Remembers batches whose signature it has checked.</param>
    /// <param name="keyById">The receipt keys that are trusted for the header's origin, by thumbprint; null for any other.</param>
    public static EnvelopeVerdict Check(Envelope envelope, ReceiptVerifier verifier, Func<Digest, ECDsa?> keyById)
    {
        if (envelope.Receipt is not { } receipt)
        {
            return EnvelopeVerdict.ReceiptMissing;
        }

        TransferHeader header;
        try
        {
            header = HeaderReader.Read(envelope.Header.Span);
        }
        catch (EnvelopeRejectedException)
        {
            return EnvelopeVerdict.HeaderMalformed;
        }

        var digest = ObjectDigest.Compute(envelope.Header.Span, envelope.EncapsulatedKey.Span, envelope.Ciphertext.Span);
        return verifier.Verify(receipt, digest, keyById, header.Origin) switch
        {
            ReceiptVerdict.Valid => EnvelopeVerdict.Sound,
            ReceiptVerdict.Malformed => EnvelopeVerdict.ReceiptMalformed,
            ReceiptVerdict.OriginUnexpected => EnvelopeVerdict.OriginDiffers,
            ReceiptVerdict.RootMismatch => EnvelopeVerdict.RootMismatch,
            ReceiptVerdict.KeyUnknown => EnvelopeVerdict.KeyUnknown,
            ReceiptVerdict.SignatureInvalid => EnvelopeVerdict.SignatureInvalid,
            var other => throw new UnreachableException($"A receipt's verdict {other} is new."),
        };
    }
}
