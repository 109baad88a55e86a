using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Exchange.Vocabulary;

/// <summary>Sixteen random bytes, the one shape of every id that is minted and not named. Big-endian.</summary>
internal static class RandomId
{
    internal const int Size = 16;

    internal static UInt128 New()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomBytes.Fill(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out UInt128 value)
    {
        value = bytes.Length == Size ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : UInt128.Zero;
        return bytes.Length == Size;
    }

    internal static bool TryParse([NotNullWhen(true)] string? text, out UInt128 value)
    {
        value = UInt128.Zero;
        return text is { Length: 2 * Size } && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    internal static byte[] ToArray(UInt128 value)
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }

    internal static string Format(UInt128 value) => value.ToString("x32", CultureInfo.InvariantCulture);
}
