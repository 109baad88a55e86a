using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Exchange.Tests;

/// <summary>
/// One end of an HTTP/2 connection, frame by frame, so that a test sees what a client library hides and sends what it never would. It
/// acknowledges settings, and pings unless told not to; all else is the test's.
/// </summary>
internal sealed class Http2Wire : IAsyncDisposable
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    /// <summary>Not a measurement: what should come and does not ends the test instead of hanging it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Stream _stream;

    private Http2Wire(Stream stream) => _stream = stream;

    public bool AnswersPings { get; init; } = true;

    /// <summary>Every frame that came, in order.</summary>
    public List<Http2Frame> Received { get; } = [];

    /// <summary>A client, over plain TCP.</summary>
    public static async Task<Http2Wire> ConnectAsync(Uri address, bool answersPings = true)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        return await BeginAsync(new NetworkStream(socket, ownsSocket: true), answersPings);
    }

    /// <summary>A client, over a stream that is connected already, for instance by TLS.</summary>
    public static async Task<Http2Wire> BeginAsync(Stream stream, bool answersPings = true)
    {
        var wire = new Http2Wire(stream) { AnswersPings = answersPings };
        await stream.WriteAsync(Preface);
        await wire.SendAsync(new Http2Frame(FrameType.Settings, 0, 0, []));
        return wire;
    }

    /// <summary>A server's end of the next connection.</summary>
    public static async Task<Http2Wire> AcceptAsync(TcpListener listener, bool answersPings = true)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await AnswerAsync(await listener.AcceptSocketAsync(patience.Token), answersPings);
    }

    /// <summary>A server's end of a connection that has been accepted.</summary>
    /// <exception cref="EndOfStreamException">The client has gone before it said what it speaks.</exception>
    public static async Task<Http2Wire> AnswerAsync(Socket socket, bool answersPings = true)
    {
        using var patience = new CancellationTokenSource(Patience);
        socket.NoDelay = true;
        var wire = new Http2Wire(new NetworkStream(socket, ownsSocket: true)) { AnswersPings = answersPings };
        var preface = new byte[Preface.Length];
        await wire._stream.ReadExactlyAsync(preface, patience.Token);
        preface.ShouldBe(Preface);
        await wire.SendAsync(new Http2Frame(FrameType.Settings, 0, 0, []));
        return wire;
    }

    public static TcpListener Listen(int port = 0)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    public async Task SendAsync(params Http2Frame[] frames) => await _stream.WriteAsync(frames.SelectMany(frame => frame.ToBytes()).ToArray());

    /// <summary>Answers a call as a gRPC server does that has one message to say.</summary>
    public Task AnswerAsync(int stream, byte[] message) => SendAsync(
        Http2Frame.Headers(stream, false, (":status", "200"), ("content-type", "application/grpc")),
        Http2Frame.Data(stream, false, [0, .. Prefix(message.Length), .. message]),
        Http2Frame.Headers(stream, true, ("grpc-status", "0")));

    /// <summary>Reads up to the first frame of a kind.</summary>
    public Task<Http2Frame> UntilAsync(FrameType type) => UntilAsync(frame => frame.Type == type);

    /// <summary>Reads up to the first frame that is the one.</summary>
    public async Task<Http2Frame> UntilAsync(Func<Http2Frame, bool> isWanted)
    {
        while (await ReadAsync() is { } frame)
        {
            if (isWanted(frame))
            {
                return frame;
            }
        }

        throw new InvalidOperationException($"The connection ended after {string.Join(", ", Received.Select(frame => $"{frame.Type}({frame.Stream})"))}.");
    }

    /// <summary>Reads up to the end of the connection.</summary>
    public async Task UntilClosedAsync()
    {
        while (await ReadAsync() is not null)
        {
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static byte[] Prefix(int length)
    {
        var prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, length);
        return prefix;
    }

    private async Task AcknowledgeAsync(Http2Frame frame)
    {
        try
        {
            await SendAsync(frame with { Flags = Http2Frame.Ack, Payload = frame.Type == FrameType.Ping ? frame.Payload : [] });
        }
        catch (IOException)
        {
            // The peer has closed; what it sent before is still to be read.
        }
    }

    private async Task<Http2Frame?> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var head = new byte[9];
        byte[] payload;
        try
        {
            await _stream.ReadExactlyAsync(head, patience.Token);
            payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
            await _stream.ReadExactlyAsync(payload, patience.Token);
        }
        catch (Exception e) when (e is IOException)
        {
            return null; // Closed, or reset.
        }

        var frame = new Http2Frame((FrameType)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        Received.Add(frame);
        if (frame.Type is FrameType.Settings or FrameType.Ping && (frame.Flags & Http2Frame.Ack) == 0 && (frame.Type == FrameType.Settings || AnswersPings))
        {
            await AcknowledgeAsync(frame);
        }

        return frame;
    }
}
