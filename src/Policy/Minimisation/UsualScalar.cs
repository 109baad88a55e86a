using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// The short way past a scalar as it usually comes: not zero, and of a usual size. It recognises nothing that the long way
/// (<see cref="WireReader.TryReadScalar"/>) would refuse or leave out; what it does not recognise is for the long way to judge.
/// </summary>
internal static class UsualScalar
{
    private const int LongestOctets = 0x7F;
    private const ulong HighBits = 0x8080808080808080;

    /// <summary>Where the value ends; -1 if the long way must decide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int End(ScalarEncoding encoding, ReadOnlySpan<byte> record, int position, int end)
    {
        switch (encoding)
        {
            case ScalarEncoding.Text or ScalarEncoding.Octets:
            {
                if (position >= end)
                {
                    return -1;
                }

                // Below 128 and not 0, in one comparison.
                int length = record[position++];
                return (uint)(length - 1) < LongestOctets && length <= end - position && (encoding == ScalarEncoding.Octets || SoundText.IsSound(record, position, length))
                    ? position + length
                    : -1;
            }

            case ScalarEncoding.Fixed32 or ScalarEncoding.Float:
                return end - position >= sizeof(uint) && (BinaryPrimitives.ReadUInt32LittleEndian(record[position..]) & int.MaxValue) != 0 ? position + sizeof(uint) : -1;

            case ScalarEncoding.Fixed64 or ScalarEncoding.Double:
                return end - position >= sizeof(ulong) && (BinaryPrimitives.ReadUInt64LittleEndian(record[position..]) & long.MaxValue) != 0 ? position + sizeof(ulong) : -1;

            case ScalarEncoding.Boolean:
                return position < end && record[position] == 1 ? position + 1 : -1;

            default:
                return EndOfVarint(record, position, end, encoding == ScalarEncoding.Any64 ? 8 : 4);
        }
    }

    /// <summary>A varint of at most so many bytes, of which 4 always fit 32 bits, whose last byte is not zero: then it is neither zero nor over-long.</summary>
    private static int EndOfVarint(ReadOnlySpan<byte> record, int position, int end, int longest)
    {
        if (position < end && record[position] < 0x80)
        {
            return record[position] != 0 ? position + 1 : -1;
        }

        if (record.Length - position < sizeof(ulong))
        {
            return -1;
        }

        var last = BitOperations.TrailingZeroCount(~BinaryPrimitives.ReadUInt64LittleEndian(record[position..]) & HighBits) >> 3;
        return last < longest && position + last < end && record[position + last] != 0 ? position + last + 1 : -1;
    }
}
