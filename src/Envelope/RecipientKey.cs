using System.Security.Cryptography;
using Exchange.Envelopes.Hpke;
using Exchange.Vocabulary;

namespace Exchange.Envelopes;

/// <summary>The public encryption key of a member, on P-256: what the registry holds and a node seals to.</summary>
public sealed class RecipientKey
{
    private readonly ECParameters _parameters;

    private RecipientKey(ECDiffieHellman key)
    {
        Point = P256Point.Export(key);
        _parameters = key.ExportParameters(includePrivateParameters: false);
        KeyId = KeyThumbprint.OfP256(_parameters);
    }

    /// <summary>The key's RFC 7638 thumbprint.</summary>
    public Digest KeyId { get; }

    /// <summary>The uncompressed point, 65 bytes.</summary>
    internal byte[] Point { get; }

    /// <summary>Reads a DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7), as <c>openssl ec -pubout</c> writes it.</summary>
    /// <exception cref="CryptographicException">It is none, or the point is not on its curve.</exception>
    /// <exception cref="ArgumentException">The curve is not P-256, or bytes follow.</exception>
    public static RecipientKey FromSubjectPublicKeyInfo(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        using var key = ECDiffieHellman.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
        return read == subjectPublicKeyInfo.Length
            ? new RecipientKey(key)
            : throw new ArgumentException("Bytes follow the key.", nameof(subjectPublicKeyInfo));
    }

    /// <summary>Takes the public half of the parameters.</summary>
    /// <exception cref="CryptographicException">The point is not on its curve.</exception>
    /// <exception cref="ArgumentException">The curve is not P-256.</exception>
    public static RecipientKey FromParameters(ECParameters publicKey)
    {
        publicKey.D = null;
        using var key = ECDiffieHellman.Create(publicKey);
        return new RecipientKey(key);
    }

    /// <summary>A key object of its own for each caller: the platform's are not safe for concurrent use.</summary>
    internal ECDiffieHellman Import() => ECDiffieHellman.Create(_parameters);
}
