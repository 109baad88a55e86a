using System.Buffers;
using Grpc.Core;

namespace Exchange.Benches.Load.Echoes;

/// <summary>The methods that every arm calls. Messages are plain bytes, so that no serialiser is measured.</summary>
internal static class EchoMethods
{
    public const string Service = "exchange.benches.v1.Echo";

    private static readonly Marshaller<byte[]> Payload = Marshallers.Create(Write, Read);

    /// <summary>One message, answered by itself.</summary>
    public static Method<byte[], byte[]> Ask { get; } = Of(MethodType.Unary, nameof(Ask));

    /// <summary>One message, answered by as many as <see cref="StreamLength"/> finds in it.</summary>
    public static Method<byte[], byte[]> Listen { get; } = Of(MethodType.ServerStreaming, nameof(Listen));

    /// <summary>Many messages, answered by the last of them.</summary>
    public static Method<byte[], byte[]> Tell { get; } = Of(MethodType.ClientStreaming, nameof(Tell));

    /// <summary>Many messages, each answered by itself.</summary>
    public static Method<byte[], byte[]> Talk { get; } = Of(MethodType.DuplexStreaming, nameof(Talk));

    private static Method<byte[], byte[]> Of(MethodType type, string name) => new(type, Service, name, Payload, Payload);

    private static void Write(byte[] message, SerializationContext context)
    {
        context.SetPayloadLength(message.Length);
        context.GetBufferWriter().Write(message);
        context.Complete();
    }

    private static byte[] Read(DeserializationContext context) => context.PayloadAsReadOnlySequence().ToArray();
}
