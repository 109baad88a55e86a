using Google.Protobuf;

namespace Exchange.Envelopes.Reading;

/// <summary>
/// Reads messages that have one serialisation only: ascending fields, each once unless repeated, shortest varints, no zero scalars, no
/// unknown fields, valid UTF-8. Two readers then cannot understand the same bytes differently.
/// </summary>
internal static class CanonicalMessage
{
    /// <summary>The message, or null when the bytes are not its canonical serialisation.</summary>
    internal static T? Read<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes)
        where T : class, IMessage<T>
    {
        T message;
        try
        {
            message = parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        // Whatever the parser forgave or dropped makes a difference here. The bytes as received stay what is hashed.
        var written = new byte[message.CalculateSize()];
        message.WriteTo(written.AsSpan());
        return bytes.SequenceEqual(written) ? message : null;
    }
}
