using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity;

/// <summary>A member's public key for sealing, with its validity.</summary>
/// <param name="KeyId">Its RFC 7638 thumbprint.</param>
/// <param name="PublicKey">The point of P-256.</param>
/// <param name="ValidFrom">When sealing to it may begin.</param>
/// <param name="ValidUntil">When it must have ended; null: open.</param>
public sealed record EncryptionKey(Digest KeyId, ECParameters PublicKey, Instant ValidFrom, Instant? ValidUntil)
{
    /// <summary>The point uncompressed, 65 bytes: 0x04, x, y (SEC 1, 2.3.3), as HPKE takes it.</summary>
    public byte[] UncompressedPoint { get; } = [0x04, .. PublicKey.Q.X!, .. PublicKey.Q.Y!];

    /// <summary>Whether the key may be sealed to at a moment.</summary>
    public bool IsValidAt(Instant moment) => ValidFrom <= moment && (ValidUntil is not { } end || moment < end);
}
