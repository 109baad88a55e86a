using System.Security.Cryptography;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>
/// The receipt keys of a verification: those that are pinned, and those that stand beside the log. With the latter signatures can be checked, but
/// they count only from the entry on in which a trusted key hands over to them.
/// </summary>
/// <param name="pinned">From elsewhere.</param>
/// <param name="pemBeside">The PEM form of a key beside the log, by thumbprint; null where there is none.</param>
internal sealed class KnownKeys(ReceiptKeys pinned, Func<Digest, string?>? pemBeside)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, ECParameters?> _keys = [];
    private readonly HashSet<Digest> _handedOver = [];
    private readonly HashSet<Digest> _retired = [];

    /// <summary>The public key of this id, pinned or not; null when nobody has it. Safe for several threads.</summary>
    internal ECParameters? Find(in Digest keyId)
    {
        lock (_gate)
        {
            if (!_keys.TryGetValue(keyId, out var key))
            {
                _keys[keyId] = key = Look(keyId);
            }

            return key;
        }
    }

    /// <summary>Whether the key may have signed the next group. Like what follows, for the thread that walks the log in order.</summary>
    internal bool IsTrusted(in Digest keyId) => !_retired.Contains(keyId) && (_handedOver.Contains(keyId) || pinned.Find(keyId) is not null);

    /// <summary>Whether the log has put the key out of use.</summary>
    internal bool IsRetired(in Digest keyId) => _retired.Contains(keyId);

    /// <summary>An entry says that one key follows another; that the group of the entry is signed by a trusted key is known.</summary>
    internal void HandOver(in Digest from, in Digest to, in Digest signedBy)
    {
        if (signedBy == from)
        {
            _handedOver.Add(to); // Only who holds the former key can name the next one.
        }

        _retired.Add(from);
        _retired.Remove(to);
    }

    private ECParameters? Look(in Digest keyId)
    {
        if (pinned.Find(keyId) is { } key)
        {
            return key.ExportParameters(includePrivateParameters: false);
        }

        if (pemBeside?.Invoke(keyId) is not { } pem)
        {
            return null;
        }

        try
        {
            using var beside = ECDsa.Create();
            beside.ImportFromPem(pem);
            return KeyThumbprint.Of(beside) == keyId ? beside.ExportParameters(includePrivateParameters: false) : null;
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return null; // Somebody else's file.
        }
    }
}
