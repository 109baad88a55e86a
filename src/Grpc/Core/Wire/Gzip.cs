using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Grpc.Core.Wire;

/// <summary>The one compression besides identity.</summary>
internal static class Gzip
{
    private const int Step = 16 * 1024;

    /// <summary>The end of a member: the plain length, four bytes, little-endian (RFC 1952, section 2.3.1, ISIZE).</summary>
    private const int PlainLengthSize = 4;

    /// <summary>Ten bytes of head, eight of tail.</summary>
    private const int ShortestMember = 18;

    public static void Compress(ReadOnlyMemory<byte> plain, CompressionLevel level, PooledBuffer target)
    {
        using var gzip = new GZipStream(new BufferStream(target), level);
        gzip.Write(plain.Span);
    }

    /// <summary>
    /// Decompresses one member, and stops as soon as the result passes the limit: a bomb costs no more than an honest message. No bytes at all
    /// are an empty message: that is how <see cref="GZipStream"/> compresses one.
    /// </summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: past the limit. INTERNAL: not gzip, cut short, or more than one member.</exception>
    public static void Decompress(in ReadOnlySequence<byte> compressed, int? limit, PooledBuffer target)
    {
        if (compressed.IsEmpty)
        {
            return;
        }

        try
        {
            using var gzip = new GZipStream(Open(compressed), CompressionMode.Decompress);
            int read;
            while ((read = gzip.Read(target.GetSpan(Step)[..Step])) > 0)
            {
                target.Advance(read);
                if (target.Length > (limit ?? Array.MaxLength - Step))
                {
                    throw new RpcException(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A compressed message is not valid gzip.", e));
        }

        // GZipStream takes a member that is cut short for one that ends there, and bytes behind a member for none: the length tells.
        if (PlainLength(compressed) != target.Length)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A compressed message is not one whole gzip member."));
        }
    }

    private static long PlainLength(in ReadOnlySequence<byte> compressed)
    {
        if (compressed.Length < ShortestMember)
        {
            return -1;
        }

        Span<byte> length = stackalloc byte[PlainLengthSize];
        compressed.Slice(compressed.Length - PlainLengthSize).CopyTo(length);
        return BinaryPrimitives.ReadUInt32LittleEndian(length);
    }

    private static MemoryStream Open(in ReadOnlySequence<byte> compressed) =>
        compressed.IsSingleSegment && MemoryMarshal.TryGetArray(compressed.First, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(compressed.ToArray(), writable: false);

    /// <summary>The writing half of a stream over a buffer.</summary>
    private sealed class BufferStream(PooledBuffer target) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => target.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
