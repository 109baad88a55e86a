using System.Buffers;
using Exchange.Benches.Load.Transfers.Servers;
using Grpc.Core;

namespace Exchange.Benches.Load.Transfers.Clients;

/// <summary>The methods as every arm's client calls them: requests that are bytes already, answers that stay bytes. So all arms have the same client.</summary>
internal static class RawFetch
{
    private delegate void SpanAction(Span<byte> message);

    private const int IdOffset = 2;
    private const int IdSize = 16;

    private static readonly Marshaller<byte[]> Plain = Marshallers.Create<byte[]>((message, context) => Write(message, context, static _ => { }), static _ => throw new NotSupportedException());
    private static readonly Marshaller<byte[]> Fresh = Marshallers.Create<byte[]>((message, context) => Write(message, context, DrawId), static _ => throw new NotSupportedException());

    /// <summary>exchange.v1.Provider/Fetch.</summary>
    public static Method<byte[], PooledMessage> Provider { get; } = new(MethodType.Unary, "exchange.v1.Provider", "Fetch", Plain, PooledMessage.Marshaller);

    /// <summary>exchange.v1.Transfers/Fetch; the request's first field, its id, is drawn anew for each call.</summary>
    public static Method<byte[], PooledMessage> Governed { get; } = new(MethodType.Unary, "exchange.v1.Transfers", "Fetch", Fresh, PooledMessage.Marshaller);

    /// <summary>The same about somebody else in each call, in place of the one whose number stands in the message.</summary>
    public static Method<byte[], PooledMessage> GovernedAbout(SubjectNumbers subjects, byte[] placeholder) => new(
        MethodType.Unary,
        Governed.ServiceName,
        Governed.Name,
        Marshallers.Create<byte[]>(
            (message, context) => Write(message, context, room =>
            {
                subjects.Draw().CopyTo(room[room.IndexOf(placeholder)..]);
                DrawId(room);
            }),
            static _ => throw new NotSupportedException()),
        PooledMessage.Marshaller);

    private static void DrawId(Span<byte> message) => Random.Shared.NextBytes(message.Slice(IdOffset, IdSize));

    private static void Write(byte[] message, SerializationContext context, SpanAction change)
    {
        context.SetPayloadLength(message.Length);
        var writer = context.GetBufferWriter();
        var room = writer.GetSpan(message.Length);
        message.CopyTo(room);
        change(room[..message.Length]);
        writer.Advance(message.Length);
        context.Complete();
    }
}
