using System.Security.Cryptography;

namespace Exchange.Envelopes.Hpke;

/// <summary>
/// DHKEM(P-256, HKDF-SHA256), RFC 9180, section 4.1. Sender and recipient do the same: each agrees with the other's public key, then
/// extracts and expands over both.
/// </summary>
internal static class Dhkem
{
    /// <summary>Nsecret.</summary>
    internal const int SharedSecretSize = 32;

    /// <summary>Writes the shared secret of one's own private key and the other side's public key.</summary>
    /// <param name="own">The ephemeral key of the sender, or the recipient's key.</param>
    /// <param name="other">The other side's public key, checked to be on the curve.</param>
    /// <param name="encapsulatedKey">The sender's ephemeral public key, 65 bytes.</param>
    /// <param name="recipientKey">The recipient's public key, 65 bytes.</param>
    /// <param name="sharedSecret">Receives 32 bytes.</param>
    internal static void Agree(
        ECDiffieHellman own, ECDiffieHellmanPublicKey other, ReadOnlySpan<byte> encapsulatedKey, ReadOnlySpan<byte> recipientKey, Span<byte> sharedSecret)
    {
        Span<byte> context = stackalloc byte[2 * P256Point.Size];
        encapsulatedKey.CopyTo(context);
        recipientKey.CopyTo(context[P256Point.Size..]);

        var agreement = own.DeriveRawSecretAgreement(other);
        Span<byte> key = stackalloc byte[LabeledHkdf.HashSize];
        LabeledHkdf.Extract(LabeledHkdf.KemSuite, [], "eae_prk"u8, agreement, key);
        LabeledHkdf.Expand(LabeledHkdf.KemSuite, key, "shared_secret"u8, context, sharedSecret);
        CryptographicOperations.ZeroMemory(agreement);
        CryptographicOperations.ZeroMemory(key);
    }
}
