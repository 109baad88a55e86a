using System.Buffers.Binary;

namespace Exchange.Hostile.Tests.Http2;

/// <summary>The kinds of frames (RFC 9113, section 6).</summary>
internal enum FrameKind : byte
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    RstStream = 3,
    Settings = 4,
    PushPromise = 5,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>One frame as it stands on the wire: nothing is checked, since wrong frames are what it is for.</summary>
/// <param name="Kind">The type; any byte.</param>
/// <param name="Flags">The flags; their meaning depends on the kind.</param>
/// <param name="Stream">The stream id with the reserved bit.</param>
/// <param name="Payload">What follows the nine bytes of the frame's head.</param>
internal readonly record struct Frame(FrameKind Kind, byte Flags, uint Stream, byte[] Payload)
{
    public const int HeadSize = 9;

    /// <summary>END_STREAM of DATA and HEADERS.</summary>
    public const byte EndStream = 0x1;

    /// <summary>ACK of SETTINGS and PING.</summary>
    public const byte Ack = 0x1;

    /// <summary>END_HEADERS of HEADERS and CONTINUATION.</summary>
    public const byte EndHeaders = 0x4;

    /// <summary>PADDED of DATA and HEADERS.</summary>
    public const byte Padded = 0x8;

    public bool Has(byte flag) => (Flags & flag) != 0;

    public static Frame Data(uint stream, ReadOnlySpan<byte> payload, bool end = false) => new(FrameKind.Data, end ? EndStream : (byte)0, stream, payload.ToArray());

    public static Frame Headers(uint stream, ReadOnlySpan<byte> block, bool end = false) =>
        new(FrameKind.Headers, (byte)(EndHeaders | (end ? EndStream : 0)), stream, block.ToArray());

    public static Frame Reset(uint stream, ErrorCode error) => new(FrameKind.RstStream, 0, stream, Number((uint)error));

    public static Frame Ping(ulong value)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(payload, value);
        return new Frame(FrameKind.Ping, 0, 0, payload);
    }

    public static Frame WindowUpdate(uint stream, uint increment) => new(FrameKind.WindowUpdate, 0, stream, Number(increment));

    public static Frame GoAway(uint lastStream, ErrorCode error) => new(FrameKind.GoAway, 0, 0, [.. Number(lastStream), .. Number((uint)error)]);

    public static Frame Settings(params (Setting Name, uint Value)[] settings)
    {
        var payload = new byte[6 * settings.Length];
        for (var index = 0; index < settings.Length; index++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6 * index), (ushort)settings[index].Name);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((6 * index) + 2), settings[index].Value);
        }

        return new Frame(FrameKind.Settings, 0, 0, payload);
    }

    /// <summary>The frame's bytes, with a length of its own if one is given.</summary>
    public byte[] ToBytes(int? claimedLength = null)
    {
        var bytes = new byte[HeadSize + Payload.Length];
        var length = claimedLength ?? Payload.Length;
        (bytes[0], bytes[1], bytes[2]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length);
        (bytes[3], bytes[4]) = ((byte)Kind, Flags);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes.AsSpan(HeadSize));
        return bytes;
    }

    private static byte[] Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}

/// <summary>The names of settings (RFC 9113, section 6.5.2).</summary>
internal enum Setting : ushort
{
    HeaderTableSize = 1,
    EnablePush = 2,
    MaxConcurrentStreams = 3,
    InitialWindowSize = 4,
    MaxFrameSize = 5,
    MaxHeaderListSize = 6,
}

/// <summary>Why a stream or a connection ended (RFC 9113, section 7).</summary>
internal enum ErrorCode : uint
{
    NoError = 0,
    ProtocolError = 1,
    InternalError = 2,
    FlowControlError = 3,
    StreamClosed = 5,
    RefusedStream = 7,
    Cancel = 8,
    EnhanceYourCalm = 11,
}
