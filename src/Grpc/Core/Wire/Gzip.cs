using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Grpc.Core.Wire;

/// <summary>The one compression besides identity.</summary>
internal static class Gzip
{
    private const int Step = 16 * 1024;

    public static void Compress(ReadOnlyMemory<byte> plain, CompressionLevel level, PooledBuffer target)
    {
        using var gzip = new GZipStream(new BufferStream(target), level);
        gzip.Write(plain.Span);
    }

    /// <summary>Decompresses, and stops as soon as the result passes the limit: a bomb costs no more than an honest message.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: past the limit. INTERNAL: not gzip.</exception>
    public static void Decompress(in ReadOnlySequence<byte> compressed, int? limit, PooledBuffer target)
    {
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
