using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Exchange.Grpc.Tests.Protos;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exchange.Grpc.Tests;

/// <summary>What a call costs the connection: seen between Kestrel's HTTP/2 and its socket.</summary>
public sealed class FlushTests
{
    private const byte Data = 0;
    private const byte Headers = 1;

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    public async Task Headers_message_and_trailers_of_a_unary_call_leave_in_one_flush(int size)
    {
        var flushes = new ConcurrentQueue<byte[]>();
        await using var server = await TestServer.StartAsync(listen: listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(next => connection =>
            {
                connection.Transport = new DuplexPipe(connection.Transport.Input, new RecordingWriter(connection.Transport.Output, flushes));
                return next(connection);
            });
        });

        await server.Client.AskAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[size]) });

        flushes.Select(FrameTypes).ShouldContain(types => types.SequenceEqual(new[] { Headers, Data, Headers }));
    }

    /// <summary>The types of the frames in a flush (RFC 9113, section 4.1), without those of the connection itself.</summary>
    private static IEnumerable<byte> FrameTypes(byte[] bytes)
    {
        for (var offset = 0; offset < bytes.Length; offset += 9 + (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(offset)) >>> 8))
        {
            if (bytes[offset + 3] is Data or Headers)
            {
                yield return bytes[offset + 3];
            }
        }
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class RecordingWriter(PipeWriter inner, ConcurrentQueue<byte[]> flushes) : PipeWriter
    {
        private readonly ArrayBufferWriter<byte> _pending = new();
        private Memory<byte> _place;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _place = inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            _pending.Write(_place.Span[..bytes]);
            _place = _place[bytes..];
            inner.Advance(bytes);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            flushes.Enqueue(_pending.WrittenSpan.ToArray());
            _pending.Clear();
            return inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
