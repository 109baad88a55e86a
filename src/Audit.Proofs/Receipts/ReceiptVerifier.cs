using System.Security.Cryptography;
using System.Text;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Receipts;

/// <summary>
/// Checks receipts. One signature covers a whole batch, so verified batches are remembered: a page of receipts from one group commit
/// costs one ECDSA verification. Safe for concurrent use when the keys are.
/// </summary>
public sealed class ReceiptVerifier
{
    private const int MaximumOriginBytes = 255;
    private const int MaximumPath = 32;

    /// <summary>Verified batches that are remembered; the oldest is forgotten first.</summary>
    private const int Remembered = 256;

    private readonly Lock _gate = new();
    private readonly HashSet<Digest> _verified = [];
    private readonly Queue<Digest> _order = [];

    /// <summary>
    /// Checks that the receipt vouches for its entry and for <paramref name="bound"/>: D of the envelope at hand, zeros of a refusal, the
    /// payload commitment of a queued message.
    /// </summary>
    /// <param name="receipt">As received.</param>
    /// <param name="bound">What the receipt must bind.</param>
    /// <param name="keyById">The trusted receipt keys by RFC 7638 thumbprint; null for an unknown one.</param>
    /// <param name="expectedOrigin">The log that the receipt must be of; null when any log of a trusted key will do.</param>
    public ReceiptVerdict Verify(Receipt receipt, in Digest bound, Func<Digest, ECDsa?> keyById, string? expectedOrigin = null)
    {
        if (receipt.LeafHash.Length != Digest.Size || receipt.BatchRoot.Length != Digest.Size || receipt.KeyId.Length != Digest.Size
            || receipt.Signature.Length != GroupCommit.SignatureBytes || receipt.Path.Count > MaximumPath
            || Encoding.UTF8.GetByteCount(receipt.LogOrigin) is 0 or > MaximumOriginBytes)
        {
            return ReceiptVerdict.Malformed;
        }

        if (expectedOrigin is not null && receipt.LogOrigin != expectedOrigin)
        {
            return ReceiptVerdict.OriginUnexpected;
        }

        Span<Digest> path = stackalloc Digest[MaximumPath];
        for (var i = 0; i < receipt.Path.Count; i++)
        {
            if (receipt.Path[i].Length != Digest.Size)
            {
                return ReceiptVerdict.Malformed;
            }

            path[i] = new Digest(receipt.Path[i].Span);
        }

        var leaf = BatchStatement.LeafHash(receipt.LogOrigin, receipt.Index, new Digest(receipt.LeafHash.Span), bound);
        if (!InclusionProof.TryComputeRoot(leaf, receipt.BatchPosition, receipt.BatchSize, path[..receipt.Path.Count], out var root))
        {
            return ReceiptVerdict.Malformed;
        }

        return root == new Digest(receipt.BatchRoot.Span)
            ? VerifyBatch(receipt.BatchSize, root, new Digest(receipt.KeyId.Span), receipt.Signature.Span, keyById)
            : ReceiptVerdict.RootMismatch;
    }

    /// <summary>Checks the signature over a batch's root, once for all receipts of the batch.</summary>
    public ReceiptVerdict VerifyBatch(ulong size, in Digest root, in Digest keyId, ReadOnlySpan<byte> signature, Func<Digest, ECDsa?> keyById)
    {
        // The key is asked for each time: one that is no longer trusted vouches for nothing, remembered or not.
        if (keyById(keyId) is not { } key)
        {
            return ReceiptVerdict.KeyUnknown;
        }

        // The signature is part of what is remembered: another one over the same root has not been checked.
        Span<byte> signed = stackalloc byte[BatchStatement.Size + Digest.Size + GroupCommit.SignatureBytes];
        BatchStatement.Write(signed, size, root);
        keyId.CopyTo(signed[BatchStatement.Size..]);
        signature.CopyTo(signed[(BatchStatement.Size + Digest.Size)..]);
        var batch = Digest.Of(signed);
        if (IsRemembered(batch))
        {
            return ReceiptVerdict.Valid;
        }

        if (!key.VerifyData(signed[..BatchStatement.Size], signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
        {
            return ReceiptVerdict.SignatureInvalid;
        }

        Remember(batch);
        return ReceiptVerdict.Valid;
    }

    private bool IsRemembered(in Digest batch)
    {
        lock (_gate)
        {
            return _verified.Contains(batch);
        }
    }

    private void Remember(in Digest batch)
    {
        lock (_gate)
        {
            if (!_verified.Add(batch))
            {
                return;
            }

            _order.Enqueue(batch);
            if (_order.Count > Remembered)
            {
                _verified.Remove(_order.Dequeue());
            }
        }
    }
}
