namespace Grpc.Core;

/// <summary>How messages of a type become bytes and come back.</summary>
/// <typeparam name="T">The message.</typeparam>
public class Marshaller<T>
{
    /// <summary>Over byte arrays: simple, one copy more each way.</summary>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        Serializer = serializer;
        Deserializer = deserializer;
        ContextualSerializer = (message, context) => context.Complete(Serializer(message));
        ContextualDeserializer = context => Deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>Over the transport's own memory.</summary>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        ContextualSerializer = serializer;
        ContextualDeserializer = deserializer;
        Serializer = _ => throw new NotSupportedException();
        Deserializer = _ => throw new NotSupportedException();
    }

    /// <summary>To a byte array; only for a marshaller that was made of byte arrays.</summary>
    public Func<T, byte[]> Serializer { get; }

    /// <summary>From a byte array; only for a marshaller that was made of byte arrays.</summary>
    public Func<byte[], T> Deserializer { get; }

    /// <summary>To the transport.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>From the transport.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}
