using System.Buffers;
using System.Buffers.Binary;

namespace Exchange.Benches.Load.Echoes;

/// <summary>A message with its five bytes of prefix, by hand: what the bare arms send and receive.</summary>
internal static class Frame
{
    public const int PrefixSize = 5;

    public static int SizeOf(byte[] message) => PrefixSize + message.Length;

    public static void Write(Span<byte> destination, byte[] message)
    {
        destination[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(destination[1..], message.Length);
        message.CopyTo(destination[PrefixSize..]);
    }

    /// <summary>The message at the start, if all of it is there.</summary>
    public static bool TryRead(ref ReadOnlySequence<byte> bytes, out byte[] message)
    {
        message = [];
        if (bytes.Length < PrefixSize)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixSize];
        bytes.Slice(0, PrefixSize).CopyTo(prefix);
        var length = BinaryPrimitives.ReadInt32BigEndian(prefix[1..]);
        if (bytes.Length < PrefixSize + length)
        {
            return false;
        }

        message = bytes.Slice(PrefixSize, length).ToArray();
        bytes = bytes.Slice(PrefixSize + length);
        return true;
    }

    /// <summary>The same over contiguous bytes; the size of the frame, or zero if it is not all there.</summary>
    public static int TryRead(ReadOnlySpan<byte> bytes, out byte[] message)
    {
        message = [];
        if (bytes.Length < PrefixSize || bytes.Length < PrefixSize + BinaryPrimitives.ReadInt32BigEndian(bytes[1..]))
        {
            return 0;
        }

        message = bytes.Slice(PrefixSize, BinaryPrimitives.ReadInt32BigEndian(bytes[1..])).ToArray();
        return PrefixSize + message.Length;
    }
}
