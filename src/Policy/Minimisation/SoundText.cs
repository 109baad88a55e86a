using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// Whether bytes are sound UTF-8. Thirty-two at a time for what most texts are made of, characters of one and two bytes (up to U+07FF: Latin,
/// Cyrillic, Greek); from the first other character on the framework decides.
/// </summary>
/// <remarks>
/// Of a block two questions are asked: which bytes begin a character of two (C2 to DF), and which continue one (80 to BF). The text is sound if
/// every byte above 7F is either, and the second kind stands exactly behind the first.
/// </remarks>
internal static class SoundText
{
    // As signed bytes: 80 to BF is below -64, and C2 to DF between -63 and -32.
    private const sbyte ContinuationEnd = -64;
    private const sbyte BeforeFirst = -63;
    private const sbyte FirstEnd = -32;

    /// <summary>Whether so many bytes from a position on are sound. What stands behind them is read, but does not matter.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool IsSound(ReadOnlySpan<byte> bytes, int position, int length)
    {
        var end = position + length;
        var begun = 0U; // 1 if the block before ended within a character.
        for (; position < end; position += Vector256<byte>.Count)
        {
            if (bytes.Length - position < Vector256<byte>.Count)
            {
                return Utf8.IsValid(bytes[(position - (int)begun)..end]);
            }

            var block = Vector256.Create(bytes[position..]).AsSByte();
            var within = end - position >= Vector256<byte>.Count ? uint.MaxValue : (1U << (end - position)) - 1;
            var high = block.ExtractMostSignificantBits() & within;
            if ((high | begun) == 0)
            {
                continue;
            }

            var first = (Vector256.GreaterThan(block, Vector256.Create(BeforeFirst)) & Vector256.LessThan(block, Vector256.Create(FirstEnd))).ExtractMostSignificantBits() & within;
            var second = Vector256.LessThan(block, Vector256.Create(ContinuationEnd)).ExtractMostSignificantBits() & within;
            if ((first | second) != high || second != ((first << 1) | begun))
            {
                return Utf8.IsValid(bytes[(position - (int)begun)..end]);
            }

            begun = first >> 31;
        }

        return begun == 0;
    }

    /// <summary>At most eight bytes as the low bytes of a word.</summary>
    public static ulong Word(ReadOnlySpan<byte> text)
    {
        switch (text.Length)
        {
            case 0:
                return 0;
            case 1:
                return text[0];
            case < sizeof(uint):
                return BinaryPrimitives.ReadUInt16LittleEndian(text) | ((ulong)text[^1] << (8 * (text.Length - 1)));
            default:
                return BinaryPrimitives.ReadUInt32LittleEndian(text) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[^sizeof(uint)..]) << (8 * (text.Length - sizeof(uint))));
        }
    }
}
