using System.Buffers.Binary;
using System.Numerics;

namespace Exchange.Audit.Proofs.Segments;

/// <summary>
/// CRC-32C (Castagnoli, RFC 3720, B.4). It tells a torn or rotten group from a whole one at the speed of memory; that nobody forged the
/// group is what hashes and signatures show.
/// </summary>
public static class Crc32C
{
    /// <summary>Width in bytes.</summary>
    public const int Size = sizeof(uint);

    /// <summary>The check sum of bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
