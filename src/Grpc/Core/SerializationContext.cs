using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a marshaller puts the bytes of one message: either <see cref="Complete(byte[])"/> alone, or <see cref="SetPayloadLength"/> if the
/// length is known, <see cref="GetBufferWriter"/>, and <see cref="Complete()"/> at the end.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Gives the whole message at once.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>The writer of the message's bytes.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>Announces the exact length in bytes, before the writer is taken: the message is then written in place, without a copy.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>Ends a message that was written through the writer.</summary>
    public virtual void Complete() => throw new NotSupportedException();
}
