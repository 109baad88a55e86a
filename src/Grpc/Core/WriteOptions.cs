namespace Grpc.Core;

/// <summary>How a message is written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>More follows soon: the message may wait in the buffer.</summary>
    BufferHint = 0x1,

    /// <summary>Not compressed, even where the call is. For sealed and for secret data.</summary>
    NoCompress = 0x2,
}

/// <summary>Options of a write.</summary>
public class WriteOptions
{
    /// <summary>No flags.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>With flags.</summary>
    public WriteOptions(WriteFlags flags = default) => Flags = flags;

    /// <summary>The flags.</summary>
    public WriteFlags Flags { get; }
}
