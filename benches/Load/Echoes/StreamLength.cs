using System.Buffers.Binary;

namespace Exchange.Benches.Load.Echoes;

/// <summary>How many messages a stream has: the first four bytes of the message that asks for it.</summary>
internal static class StreamLength
{
    public const int Size = sizeof(int);

    public static void Write(byte[] message, int messages) => BinaryPrimitives.WriteInt32BigEndian(message, messages);

    public static int Read(byte[] message) => BinaryPrimitives.ReadInt32BigEndian(message);
}
