using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Envelopes;

/// <summary>D, what a receipt signs of an envelope: its three byte strings as they are, each prefixed by its length.</summary>
public static class ObjectDigest
{
    private static ReadOnlySpan<byte> Tag => "exchange.envelope.v1\0"u8;

    /// <summary>SHA-256("exchange.envelope.v1\0" ‖ u32 ‖ header ‖ u32 ‖ encapsulated key ‖ u32 ‖ ciphertext with its tag).</summary>
    public static Digest Compute(ReadOnlySpan<byte> header, ReadOnlySpan<byte> encapsulatedKey, ReadOnlySpan<byte> ciphertext)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Tag);
        AppendPrefixed(hash, header);
        AppendPrefixed(hash, encapsulatedKey);
        AppendPrefixed(hash, ciphertext);
        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(digest);
        return new Digest(digest);
    }

    private static void AppendPrefixed(IncrementalHash hash, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)value.Length);
        hash.AppendData(length);
        hash.AppendData(value);
    }
}
