using System.Buffers;
using Exchange.Benches.Load.Transfers.Servers;
using Grpc.Core;

namespace Exchange.Benches.Load.Transfers.Clients;

/// <summary>The methods as every arm's client calls them: requests that are bytes already, answers that stay bytes. So all arms have the same client.</summary>
internal static class RawFetch
{
    private const int IdOffset = 2;
    private const int IdSize = 16;

    private static readonly Marshaller<byte[]> Plain = Marshallers.Create<byte[]>((message, context) => Write(message, context, isFresh: false), static _ => throw new NotSupportedException());
    private static readonly Marshaller<byte[]> Fresh = Marshallers.Create<byte[]>((message, context) => Write(message, context, isFresh: true), static _ => throw new NotSupportedException());

    /// <summary>exchange.v1.Provider/Fetch.</summary>
    public static Method<byte[], PooledMessage> Provider { get; } = new(MethodType.Unary, "exchange.v1.Provider", "Fetch", Plain, PooledMessage.Marshaller);

    /// <summary>exchange.v1.Transfers/Fetch; the request's first field, its id, is drawn anew for each call.</summary>
    public static Method<byte[], PooledMessage> Governed { get; } = new(MethodType.Unary, "exchange.v1.Transfers", "Fetch", Fresh, PooledMessage.Marshaller);

    private static void Write(byte[] message, SerializationContext context, bool isFresh)
    {
        context.SetPayloadLength(message.Length);
        var writer = context.GetBufferWriter();
        var room = writer.GetSpan(message.Length);
        message.CopyTo(room);
        if (isFresh)
        {
            Random.Shared.NextBytes(room.Slice(IdOffset, IdSize));
        }

        writer.Advance(message.Length);
        context.Complete();
    }
}
