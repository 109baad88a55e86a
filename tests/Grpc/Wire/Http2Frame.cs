using System.Buffers.Binary;
using System.Text;

namespace Exchange.Tests;

/// <summary>The frame types of RFC 9113, section 6, that tests look for.</summary>
internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
}

/// <summary>One frame as it travels.</summary>
internal sealed record Http2Frame(FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte Ack = 0x1; // Of SETTINGS and PING.
    public const byte EndStream = 0x1; // Of DATA and HEADERS.
    public const byte EndHeaders = 0x4;

    /// <summary>What a connection may send before it is given more (RFC 9113, 6.9.2).</summary>
    public const int FirstWindow = 65_535;
    public const int LargestWindow = int.MaxValue;

    public bool Ends => Type is FrameType.Data or FrameType.Headers && (Flags & EndStream) != 0;

    /// <summary>Of RST_STREAM and GOAWAY.</summary>
    public int ErrorCode => BinaryPrimitives.ReadInt32BigEndian(Payload.AsSpan(Type == FrameType.GoAway ? 4 : 0));

    /// <summary>Of GOAWAY.</summary>
    public int LastStream => BinaryPrimitives.ReadInt32BigEndian(Payload);

    public static Http2Frame Headers(int stream, bool ends, params (string Name, string Value)[] fields) =>
        new(FrameType.Headers, (byte)(EndHeaders | (ends ? EndStream : 0)), stream, [.. fields.SelectMany(field => Literal(field.Name, field.Value))]);

    public static Http2Frame Data(int stream, bool ends, byte[] bytes) => new(FrameType.Data, ends ? EndStream : (byte)0, stream, bytes);

    public static Http2Frame WindowUpdate(int stream, int increment) => new(FrameType.WindowUpdate, 0, stream, BigEndian(increment));

    public static Http2Frame Reset(int stream, int errorCode) => new(FrameType.Reset, 0, stream, BigEndian(errorCode));

    public static Http2Frame GoAway(int lastStream, int errorCode = 0) => new(FrameType.GoAway, 0, 0, [.. BigEndian(lastStream), .. BigEndian(errorCode)]);

    /// <summary>The head of a gRPC call over plain HTTP/2.</summary>
    public static Http2Frame Call(int stream, string path, bool ends = false, string scheme = "http", params (string Name, string Value)[] more) => Headers(stream, ends,
    [
        (":method", "POST"), (":scheme", scheme), (":path", path), (":authority", "localhost"),
        ("content-type", "application/grpc"), ("te", "trailers"), .. more,
    ]);

    public byte[] ToBytes()
    {
        var bytes = new byte[9 + Payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Payload.Length << 8);
        bytes[3] = (byte)Type;
        bytes[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes.AsSpan(9));
        return bytes;
    }

    /// <summary>RFC 7541, 6.2.2: a literal without indexing, so that neither side keeps a table.</summary>
    private static byte[] Literal(string name, string value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(name.Length, value.Length), 126, nameof(value));
        return [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
