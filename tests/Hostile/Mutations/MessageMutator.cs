using System.Buffers.Binary;
using System.IO.Compression;
using Exchange.Hostile.Tests.Protos;
using Google.Protobuf;

namespace Exchange.Hostile.Tests.Mutations;

/// <summary>Makes bodies of calls: prefixes that lie, messages that are none, compression that is not what it says.</summary>
internal static class MessageMutator
{
    private static readonly uint[] Lengths = [0, 1, 4, 5, 0x7F, 0x80, 0xFFFF, 256 * 1024, (256 * 1024) + 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFB, 0xFFFF_FFFF];

    /// <summary>A message behind its prefix, which says what it is told to say.</summary>
    public static byte[] Prefixed(ReadOnlySpan<byte> message, byte flag = 0, uint? length = null)
    {
        var bytes = new byte[5 + message.Length];
        bytes[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(bytes.AsSpan(5));
        return bytes;
    }

    /// <summary>Some proper message.</summary>
    public static byte[] SomeShot(Random random)
    {
        var payload = new byte[random.Next(4) == 0 ? random.Next(2000) : random.Next(40)];
        random.NextBytes(payload);
        return new Shot { Text = $"shot {random.Next(1000)}", Times = random.Next(4), Payload = ByteString.CopyFrom(payload) }.ToByteArray();
    }

    public static byte[] Compressed(ReadOnlySpan<byte> plain)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return target.ToArray();
    }

    /// <summary>A body in which something is wrong, or only odd.</summary>
    public static byte[] Mutated(Random random)
    {
        var shot = SomeShot(random);
        return random.Next(10) switch
        {
            0 => Prefixed(shot, length: Lengths[random.Next(Lengths.Length)]),
            1 => Prefixed(shot, flag: (byte)random.Next(256)),
            2 => Prefixed(ByteMutator.Mutate(random, shot)),
            3 => ByteMutator.Mutate(random, Prefixed(shot)),
            4 => Prefixed(Compressed(shot), flag: 1),
            5 => Prefixed(ByteMutator.Mutate(random, Compressed(shot)), flag: 1),
            6 => Prefixed(shot)[..random.Next(shot.Length + 5)],
            7 => [.. Prefixed(shot), .. Prefixed(SomeShot(random))],
            8 => [.. Prefixed(shot), .. ByteMutator.Mutate(random, Prefixed(SomeShot(random)))],
            _ => Prefixed(Compressed(new byte[random.Next(300 * 1024)]), flag: 1),
        };
    }
}
