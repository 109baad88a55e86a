using System.Buffers;
using System.Buffers.Binary;

namespace Grpc.Core.Wire;

/// <summary>What stands before each message: one byte for compression, four for the length, big-endian (PROTOCOL-HTTP2.md, "Length-Prefixed-Message").</summary>
internal readonly record struct MessagePrefix(bool Compressed, int Length)
{
    public const int Size = 5;

    public static void Write(Span<byte> destination, bool compressed, int length)
    {
        destination[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(destination[1..], length);
    }

    /// <summary>Reads the prefix once its five bytes are there, and judges it before a byte of the message is waited for.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: longer than the limit. INTERNAL: a flag that the encoding does not allow.</exception>
    public static bool TryRead(ReadOnlySpan<byte> source, string? encoding, int? limit, out MessagePrefix prefix)
    {
        prefix = default;
        if (source.Length < Size)
        {
            return false;
        }

        var compressed = source[0] switch
        {
            0 => false,
            1 when encoding is not null and not HeaderName.Identity => true,
            1 => throw Internal("A message has its compressed flag set, but the call has no grpc-encoding."),
            _ => throw Internal("The compressed flag of a message is neither 0 nor 1."),
        };
        var length = BinaryPrimitives.ReadUInt32BigEndian(source[1..]);
        if (length > (uint)(limit ?? Array.MaxLength))
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));
        }

        prefix = new MessagePrefix(compressed, (int)length);
        return true;
    }

    /// <summary>The same over memory that may be in several pieces.</summary>
    public static bool TryRead(in ReadOnlySequence<byte> source, string? encoding, int? limit, out MessagePrefix prefix)
    {
        if (source.FirstSpan.Length >= Size || source.IsSingleSegment)
        {
            return TryRead(source.FirstSpan, encoding, limit, out prefix);
        }

        Span<byte> copy = stackalloc byte[Size];
        var start = source.Slice(0, Math.Min(Size, source.Length));
        start.CopyTo(copy);
        return TryRead(copy[..(int)start.Length], encoding, limit, out prefix);
    }

    private static RpcException Internal(string detail) => new(new Status(StatusCode.Internal, detail));
}
