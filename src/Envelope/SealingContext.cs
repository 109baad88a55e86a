using System.Security.Cryptography;
using Exchange.Envelopes.Hpke;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Envelopes;

/// <summary>
/// One HPKE encapsulation to one recipient (RFC 9180, base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM), reused for as
/// long and as often as its owner allows, since making one costs a key generation and an agreement. Safe for concurrent use. The exporter
/// secret is held in memory only and zeroed on disposal.
/// </summary>
/// <remarks>
/// Written here because .NET has no HPKE, on the platform's own ECDH, HKDF and AES-GCM
/// (docs/decisions/2026-11-hpke-by-hand.md); the RFC's vectors and a second implementation check it.
/// </remarks>
public sealed class SealingContext : IDisposable
{
    /// <summary>Bytes of the authentication tag that follows the ciphertext.</summary>
    public const int TagSize = MessageCipher.TagSize;

    private readonly byte[] _encapsulatedKey;
    private HmacSha256 _exporter;
    private volatile bool _disposed;

    private SealingContext(RecipientKey recipient, string origin, MemberId recipientId, ECDiffieHellman ephemeral)
    {
        _encapsulatedKey = P256Point.Export(ephemeral);
        RecipientKeyId = recipient.KeyId;

        Span<byte> sharedSecret = stackalloc byte[Dhkem.SharedSecretSize];
        Span<byte> exporterSecret = stackalloc byte[LabeledHkdf.HashSize];
        using var recipientKey = recipient.Import();
        using var recipientPublic = recipientKey.PublicKey;
        Dhkem.Agree(ephemeral, recipientPublic, _encapsulatedKey, recipient.Point, sharedSecret);
        KeySchedule.DeriveExporterSecret(sharedSecret, EncapsulationInfo.Write(origin, recipientId, recipient.KeyId), exporterSecret);
        _exporter = new HmacSha256(exporterSecret);
        CryptographicOperations.ZeroMemory(sharedSecret);
        CryptographicOperations.ZeroMemory(exporterSecret);
    }

    /// <summary>RFC 9180 <c>enc</c>: the ephemeral public key, an uncompressed point of 65 bytes.</summary>
    public ReadOnlyMemory<byte> EncapsulatedKey => _encapsulatedKey;

    /// <summary>Thumbprint of the key that this context seals to.</summary>
    public Digest RecipientKeyId { get; }

    /// <summary>Encapsulates with a fresh ephemeral key.</summary>
    /// <param name="recipient">The recipient's encryption key.</param>
    /// <param name="origin">The log of the node that seals, 1 to 255 bytes of UTF-8; the header must name the same.</param>
    /// <param name="recipientId">The member that the header names as consumer.</param>
    /// <exception cref="ArgumentException">The origin is empty or too long.</exception>
    public static SealingContext Create(RecipientKey recipient, string origin, MemberId recipientId)
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return new SealingContext(recipient, origin, recipientId, ephemeral);
    }

    /// <summary>Encapsulates with a given ephemeral key: for test vectors, where everything must repeat.</summary>
    internal static SealingContext Create(RecipientKey recipient, string origin, MemberId recipientId, ECDiffieHellman ephemeral) =>
        new(recipient, origin, recipientId, ephemeral);

    /// <summary>Encrypts one message in place under the key and nonce that the context exports for its id.</summary>
    /// <param name="id">Freshly minted: the same id twice under one context would repeat key and nonce, and reveal both messages.</param>
    /// <param name="header">The serialised header, associated data.</param>
    /// <param name="plaintext">The padded plaintext, replaced by the ciphertext.</param>
    /// <param name="tag">Receives <see cref="TagSize"/> bytes.</param>
    /// <exception cref="ObjectDisposedException">The context was disposed of.</exception>
    public void Seal(TransferId id, ReadOnlySpan<byte> header, Span<byte> plaintext, Span<byte> tag)
    {
        // Copied first and looked at the sign afterwards: a disposal on another thread gives the sign before it turns the secret into zeros that
        // anybody knows, so who does not see it has copied the secret whole.
        var exporter = _exporter;
        Interlocked.MemoryBarrier();
        if (_disposed)
        {
            exporter.Clear();
            throw new ObjectDisposedException(nameof(SealingContext));
        }

        MessageCipher.Seal(exporter, id, header, plaintext, tag);
        exporter.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        Interlocked.MemoryBarrier();
        _exporter.Clear();
    }
}
