using System.Buffers;

namespace Grpc.Core.Wire;

/// <summary>Gives one received message to its marshaller. Marshallers are synchronous, so one reader a thread serves all calls.</summary>
internal sealed class MessageReader : DeserializationContext
{
    [ThreadStatic]
    private static MessageReader? _idle;

    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    /// <summary>Reads the message that stands in the payload, decompressing it first if its prefix says so.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: decompresses past the limit. INTERNAL: not gzip, or the marshaller failed.</exception>
    public static T Read<T>(in ReadOnlySequence<byte> payload, bool compressed, int? limit, Marshaller<T> marshaller)
    {
        if (!compressed)
        {
            return Parse(payload, marshaller);
        }

        var plain = new PooledBuffer();
        try
        {
            Gzip.Decompress(payload, limit, plain);
            return Parse(new ReadOnlySequence<byte>(plain.Written), marshaller);
        }
        finally
        {
            plain.Return();
        }
    }

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    private static T Parse<T>(in ReadOnlySequence<byte> payload, Marshaller<T> marshaller)
    {
        var reader = _idle ?? new MessageReader();
        _idle = null;
        reader._payload = payload;
        try
        {
            return marshaller.ContextualDeserializer(reader)
                ?? throw new InvalidOperationException("The marshaller returned no message.");
        }
        catch (Exception e) when (e is not RpcException)
        {
            // Whatever a marshaller throws means that the bytes are not the message (statuscodes.md: INTERNAL on either side).
            throw new RpcException(new Status(StatusCode.Internal, "The message could not be parsed.", e));
        }
        finally
        {
            reader._payload = default;
            _idle = reader;
        }
    }
}
