using System.Security.Cryptography;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Client.Evidence;

/// <summary>Checks every receipt that a client gets, against pinned keys and against what the same log said before.</summary>
internal sealed class ReceiptInspector
{
    private readonly ReceiptVerifier _verifier = new();
    private readonly Dictionary<Digest, ECDsa> _keys;
    private readonly LargestReceipts _largest;
    private readonly string _origin;
    private readonly Lock _lock = new();

    internal ReceiptInspector(string origin, IReadOnlyList<ECDsa> keys, LargestReceipts largest)
    {
        _origin = origin;
        _largest = largest;
        _keys = keys.ToDictionary(KeyThumbprint.Of);
    }

    /// <summary>Null when the receipt holds; otherwise what is wrong with it.</summary>
    /// <param name="receipt">As received.</param>
    /// <param name="bound">D of the envelope, or zeros for what has none.</param>
    internal string? Fault(Receipt? receipt, in Digest bound)
    {
        if (receipt is null)
        {
            return "there is no receipt";
        }

        // The platform's key objects are not safe for concurrent use, and a batch's signature is verified once.
        lock (_lock)
        {
            var verdict = _verifier.Verify(receipt, bound, id => _keys.GetValueOrDefault(id), _origin);
            return verdict == ReceiptVerdict.Valid ? _largest.Fault(receipt) : Explain(verdict);
        }
    }

    private static string Explain(ReceiptVerdict verdict) => verdict switch
    {
        ReceiptVerdict.OriginUnexpected => "the receipt is of another log",
        ReceiptVerdict.RootMismatch => "the receipt belongs to something else, or was changed",
        ReceiptVerdict.KeyUnknown => "the receipt is signed by a key that is not pinned",
        ReceiptVerdict.SignatureInvalid => "the receipt's signature is not the node's",
        _ => "the receipt is malformed",
    };
}
