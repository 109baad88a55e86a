using System.Buffers.Binary;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Envelopes;

/// <summary>D, what a receipt signs of an envelope: its three byte strings as they are, each prefixed by its length.</summary>
public static class ObjectDigest
{
    private static ReadOnlySpan<byte> Tag => "exchange.envelope.v1\0"u8;

    /// <summary>SHA-256("exchange.envelope.v1\0" ‖ u32 ‖ header ‖ u32 ‖ encapsulated key ‖ u32 ‖ ciphertext with its tag).</summary>
    public static Digest Compute(ReadOnlySpan<byte> header, ReadOnlySpan<byte> encapsulatedKey, ReadOnlySpan<byte> ciphertext)
    {
        var hash = new RunningDigest();
        hash.Append(Tag);
        AppendPrefixed(ref hash, header);
        AppendPrefixed(ref hash, encapsulatedKey);
        AppendPrefixed(ref hash, ciphertext);
        return hash.End();
    }

    private static void AppendPrefixed(ref RunningDigest hash, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)value.Length);
        hash.Append(length);
        hash.Append(value);
    }
}
