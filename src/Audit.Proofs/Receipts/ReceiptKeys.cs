using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Receipts;

/// <summary>The receipt keys that a verifier trusts, by their thumbprints. Filled before use, then only read.</summary>
public sealed class ReceiptKeys : IDisposable
{
    private readonly Dictionary<Digest, ECDsa> _keys = [];

    /// <summary>Number of keys.</summary>
    public int Count => _keys.Count;

    /// <summary>Adds a public key on P-256 from its PEM form (<c>PUBLIC KEY</c>) and returns its id.</summary>
    /// <exception cref="ArgumentException">The text is no PEM of a P-256 key, or of a private one, which nobody who verifies should hold.</exception>
    /// <exception cref="CryptographicException">The key's encoding is malformed.</exception>
    public Digest AddPem(string pem)
    {
        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new ArgumentException("The key is private.", nameof(pem));
        }

        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return Add(key);
    }

    /// <summary>Adds a key, which this object then owns, and returns its id.</summary>
    public Digest Add(ECDsa key)
    {
        var id = KeyThumbprint.Of(key);
        _keys[id] = key;
        return id;
    }

    /// <summary>The key with this id, or null.</summary>
    public ECDsa? Find(Digest keyId) => _keys.GetValueOrDefault(keyId);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }
}
