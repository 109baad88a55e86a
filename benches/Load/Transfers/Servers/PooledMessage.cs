using System.Buffers;
using Grpc.Core;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>A message as it came, in a pooled buffer: one copy in, one copy out, no allocation for its bytes.</summary>
internal sealed class PooledMessage : IDisposable
{
    private byte[]? _buffer;
    private readonly int _length;

    private PooledMessage(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    /// <summary>Written once, and returned to the pool by that.</summary>
    public static Marshaller<PooledMessage> Marshaller { get; } = Marshallers.Create<PooledMessage>(Write, Read);

    public ReadOnlySpan<byte> Bytes => (_buffer ?? throw new ObjectDisposedException(nameof(PooledMessage))).AsSpan(0, _length);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static PooledMessage Read(DeserializationContext context)
    {
        var payload = context.PayloadAsReadOnlySequence();
        var length = checked((int)payload.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
        payload.CopyTo(buffer);
        return new PooledMessage(buffer, length);
    }

    private static void Write(PooledMessage message, SerializationContext context)
    {
        using (message)
        {
            context.SetPayloadLength(message._length);
            context.GetBufferWriter().Write(message.Bytes);
            context.Complete();
        }
    }
}
