using System.Security.Cryptography;

namespace Exchange.Policy.Minimisation;

/// <summary>Pseudonyms: the first 128 bits of HMAC-SHA-256 (RFC 2104, truncated as its section 5 allows).</summary>
internal static class Pseudonym
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 16;

    /// <summary>Of a text: two hexadecimal digits in lower case for each byte.</summary>
    public const int TextSize = 2 * Size;

    /// <summary>Writes 16 bytes.</summary>
    public static void Write(PseudonymKey key, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        key.WriteCode(value, code);
        code[..Size].CopyTo(destination);
    }

    /// <summary>Writes 32 bytes of ASCII.</summary>
    public static void WriteText(PseudonymKey key, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        Span<byte> code = stackalloc byte[Size];
        Write(key, value, code);
        Convert.TryToHexStringLower(code, destination, out _);
    }

    /// <summary>The whole code, 32 bytes.</summary>
    public static void WriteCode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Span<byte> code) => HMACSHA256.HashData(key, value, code);
}
