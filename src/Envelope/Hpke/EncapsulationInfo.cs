using System.Buffers.Binary;
using System.Text;
using Exchange.Vocabulary;

namespace Exchange.Envelopes.Hpke;

/// <summary>
/// HPKE's <c>info</c>: <c>"exchange.hpke.v1\0" ‖ u32 length ‖ origin ‖ u32 length ‖ recipient ‖ key id</c>. It ties a context to the node that
/// sealed and to the member and key that it sealed to: an envelope that claims others does not open.
/// </summary>
internal static class EncapsulationInfo
{
    /// <summary>Longest origin and longest member id in bytes.</summary>
    internal const int MaximumNameBytes = 255;

    private static ReadOnlySpan<byte> Tag => "exchange.hpke.v1\0"u8;

    /// <summary>The info for one origin, recipient and key.</summary>
    /// <exception cref="ArgumentException">The origin is empty or longer than 255 bytes.</exception>
    internal static byte[] Write(string origin, MemberId recipient, in Digest recipientKeyId)
    {
        var originBytes = Encoding.UTF8.GetBytes(origin);
        var recipientBytes = Encoding.UTF8.GetBytes(recipient.Value);
        if (originBytes.Length is 0 or > MaximumNameBytes)
        {
            throw new ArgumentException($"A log origin is 1 to {MaximumNameBytes} bytes.", nameof(origin));
        }

        var info = new byte[Tag.Length + sizeof(uint) + originBytes.Length + sizeof(uint) + recipientBytes.Length + Digest.Size];
        Tag.CopyTo(info);
        var rest = WritePrefixed(info.AsSpan(Tag.Length), originBytes);
        rest = WritePrefixed(rest, recipientBytes);
        recipientKeyId.CopyTo(rest);
        return info;
    }

    private static Span<byte> WritePrefixed(Span<byte> destination, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)value.Length);
        value.CopyTo(destination[sizeof(uint)..]);
        return destination[(sizeof(uint) + value.Length)..];
    }
}
