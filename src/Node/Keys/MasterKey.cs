using System.Security.Cryptography;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Node.Keys;

/// <summary>
/// The node's one symmetric secret, 32 random bytes kept apart from ordinary backups. It is never used itself: each use has a key of its
/// own, HKDF-Expand (RFC 5869) with the use's name.
/// </summary>
public sealed class MasterKey : IDisposable
{
    /// <summary>Width in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] _secret;

    /// <summary>Takes a copy of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The secret is not 32 bytes.</exception>
    public MasterKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Size)
        {
            throw new ArgumentException($"A master key is {Size} bytes, this one is {secret.Length}.", nameof(secret));
        }

        _secret = secret.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    internal byte[] Derive(ReadOnlySpan<byte> use)
    {
        var key = new byte[Size];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, key, use);
        return key;
    }

    /// <summary>The key of a use that is HMAC-SHA-256, in the shape that codes are made from.</summary>
    internal HmacSha256 DeriveHmac(ReadOnlySpan<byte> use)
    {
        var key = Derive(use);
        var keyed = new HmacSha256(key);
        CryptographicOperations.ZeroMemory(key);
        return keyed;
    }
}
