using System.Security.Cryptography;

namespace Exchange.Vocabulary.Hashing;

/// <summary>HMAC-SHA-384 (RFC 2104) under keys that change from message to message.</summary>
public static class HmacSha384
{
    /// <summary>Bytes of a code.</summary>
    public const int Size = SHA384.HashSizeInBytes;

    private const int BlockSize = 128;

    /// <summary>The code of one message.</summary>
    /// <param name="key">Of any length.</param>
    /// <param name="message">What it is over.</param>
    /// <param name="code">Receives 48 bytes.</param>
    public static void Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> code) => Write(key, message, code, OpenSslSha.IsThere);

    internal static void Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> code, bool direct)
    {
        if (!direct || key.Length > BlockSize)
        {
            HMACSHA384.HashData(key, message, code);
            return;
        }

        Span<byte> block = stackalloc byte[BlockSize];
        Span<byte> hash = stackalloc byte[Size];
        key.CopyTo(block);
        const byte innerMask = 0x36, outerMask = 0x5c;
        Mask(block, innerMask);
        OpenSslSha.Begin(out Sha512State state);
        OpenSslSha.Append(ref state, block);
        OpenSslSha.Append(ref state, message);
        OpenSslSha.End(ref state, hash);

        Mask(block, innerMask ^ outerMask);
        OpenSslSha.Begin(out state);
        OpenSslSha.Append(ref state, block);
        OpenSslSha.Append(ref state, hash);
        OpenSslSha.End(ref state, code);
        CryptographicOperations.ZeroMemory(block);
        CryptographicOperations.ZeroMemory(hash);
        state.Clear();
    }

    private static void Mask(Span<byte> block, byte mask)
    {
        for (var i = 0; i < block.Length; i++)
        {
            block[i] ^= mask;
        }
    }
}
