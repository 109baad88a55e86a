using System.Buffers;
using BenchmarkDotNet.Attributes;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Exchange.Benches.Micro.Grpc;

/// <summary>A message of 1 KB into its frame, and out of it.</summary>
public class Framing
{
    private const int PayloadBytes = 1024;

    private static readonly Marshaller<byte[]> Marshaller = Marshallers.Create<byte[]>(Write, context => Keep(context.PayloadAsReadOnlySequence()));
    private static readonly byte[] Kept = new byte[PayloadBytes];

    private readonly byte[] _message = new byte[PayloadBytes];
    private readonly PooledBuffer _target = new();
    private byte[] _frame = [];
    private ReadOnlySequence<byte> _pieces;

    [GlobalSetup]
    public void Setup()
    {
        WriteMessage();
        MessageWriter.Write(_target, _message, Marshaller, null, null);
        _frame = _target.Written.ToArray();
        var second = new Piece(_frame.AsMemory(3), 3, null);
        _pieces = new ReadOnlySequence<byte>(new Piece(_frame.AsMemory(0, 3), 0, second), 0, second, second.Memory.Length);
    }

    [Benchmark]
    public bool ReadPrefix() => MessagePrefix.TryRead(_frame, null, null, out _);

    [Benchmark]
    public bool ReadPrefixInPieces() => MessagePrefix.TryRead(_pieces, null, null, out _);

    [Benchmark]
    public byte[] ReadMessage() => MessageReader.Read(new ReadOnlySequence<byte>(_frame, MessagePrefix.Size, PayloadBytes), false, null, Marshaller);

    [Benchmark]
    public void WriteMessage()
    {
        MessageWriter.Write(_target, _message, Marshaller, null, null);
        _target.Consume(_target.Length);
    }

    private static void Write(byte[] message, SerializationContext context)
    {
        context.SetPayloadLength(message.Length);
        context.GetBufferWriter().Write(message);
        context.Complete();
    }

    private static byte[] Keep(in ReadOnlySequence<byte> payload)
    {
        payload.CopyTo(Kept);
        return Kept;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index, Piece? next) => (Memory, RunningIndex, Next) = (memory, index, next);
    }
}
