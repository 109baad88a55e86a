using System.Numerics;

namespace Exchange.Policy.Minimisation;

/// <summary>Writes varints.</summary>
internal static class WireWriter
{
    public static int VarintSize(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>Returns how many bytes were written.</summary>
    public static int WriteVarint(Span<byte> destination, ulong value)
    {
        var size = 0;
        for (; value >= 0x80; value >>= 7)
        {
            destination[size++] = (byte)(value | 0x80);
        }

        destination[size++] = (byte)value;
        return size;
    }
}
