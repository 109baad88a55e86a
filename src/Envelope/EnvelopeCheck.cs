using System.Security.Cryptography;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Envelopes.Reading;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Envelopes;

/// <summary>
/// Checks the receipt of an envelope. It needs no private key: whoever keeps an envelope can prove with it that the node released it and
/// promised that the entry is in its log.
/// </summary>
public static class EnvelopeCheck
{
    private const int SignatureSize = 64;
    private const int MaximumPath = 32;

    /// <summary>Checks header and receipt against each other and against the pinned receipt keys of the origin.</summary>
    /// <param name="envelope">As received.</param>
    /// <param name="receiptKeys">The P-256 keys with which this origin signs receipts.</param>
    public static EnvelopeVerdict Check(Envelope envelope, IReadOnlyCollection<ECDsa> receiptKeys)
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

        if (header.Origin != receipt.LogOrigin)
        {
            return EnvelopeVerdict.OriginDiffers;
        }

        var digest = ObjectDigest.Compute(envelope.Header.Span, envelope.EncapsulatedKey.Span, envelope.Ciphertext.Span);
        return CheckReceipt(receipt, digest, receiptKeys);
    }

    private static EnvelopeVerdict CheckReceipt(Receipt receipt, in Digest bound, IReadOnlyCollection<ECDsa> receiptKeys)
    {
        if (!IsDigest(receipt.LeafHash) || !IsDigest(receipt.BatchRoot) || !IsDigest(receipt.KeyId) || !receipt.Path.All(IsDigest)
            || receipt.Path.Count > MaximumPath || receipt.Signature.Length != SignatureSize)
        {
            return EnvelopeVerdict.ReceiptMalformed;
        }

        var keyId = new Digest(receipt.KeyId.Span);
        var key = receiptKeys.FirstOrDefault(candidate => KeyThumbprint.OfP256(candidate.ExportParameters(false)) == keyId);
        if (key is null)
        {
            return EnvelopeVerdict.KeyUnknown;
        }

        Digest[] path = [.. receipt.Path.Select(hash => new Digest(hash.Span))];
        var leaf = BatchStatement.LeafHash(receipt.LogOrigin, receipt.Index, new Digest(receipt.LeafHash.Span), bound);
        if (!InclusionProof.TryComputeRoot(leaf, receipt.BatchPosition, receipt.BatchSize, path, out var root) || root != new Digest(receipt.BatchRoot.Span))
        {
            return EnvelopeVerdict.NotInBatch;
        }

        Span<byte> statement = stackalloc byte[BatchStatement.Size];
        BatchStatement.Write(statement, receipt.BatchSize, root);
        return key.VerifyData(statement, receipt.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            ? EnvelopeVerdict.Sound
            : EnvelopeVerdict.SignatureInvalid;
    }

    private static bool IsDigest(ByteString bytes) => bytes.Length == Digest.Size;
}
