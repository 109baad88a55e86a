using System.Security.Cryptography;

namespace Exchange.Node.Keys;

/// <summary>
/// Small secrets at rest: <c>nonce (12) ‖ ciphertext ‖ tag (16)</c>, AES-256-GCM, with what the secret belongs to as associated data, so
/// that one row's bytes cannot be put into another.
/// </summary>
internal static class KeyWrap
{
    internal const int Overhead = NonceSize + TagSize;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    internal static byte[] Wrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> belongsTo)
    {
        var wrapped = new byte[secret.Length + Overhead];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceSize));
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(
            wrapped.AsSpan(0, NonceSize),
            secret,
            wrapped.AsSpan(NonceSize, secret.Length),
            wrapped.AsSpan(NonceSize + secret.Length),
            belongsTo);
        return wrapped;
    }

    /// <summary>The secret that was wrapped.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Another key wrapped it, or for something else, or it was changed.</exception>
    internal static byte[] Unwrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> belongsTo)
    {
        if (wrapped.Length < Overhead)
        {
            throw new AuthenticationTagMismatchException("A wrapped secret is shorter than its nonce and tag.");
        }

        var secret = new byte[wrapped.Length - Overhead];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(
            wrapped[..NonceSize],
            wrapped[NonceSize..^TagSize],
            wrapped[^TagSize..],
            secret,
            belongsTo);
        return secret;
    }
}
