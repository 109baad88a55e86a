using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Exchange.Hostile.Tests.Http2;

/// <summary>A connection on which every byte is the test's own.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private const int MaximumPayload = 16 * 1024;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly byte[] _received = new byte[2 * (Frame.HeadSize + MaximumPayload)];
    private int _start;
    private int _end;

    private RawConnection(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <summary>What a client says first (RFC 9113, section 3.4).</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Preface and settings of a client that asks for no dynamic table and whose windows never fill.</summary>
    public static byte[] Greeting { get; } =
    [
        .. Preface,
        .. Frame.Settings((Setting.HeaderTableSize, 0), (Setting.EnablePush, 0), (Setting.InitialWindowSize, 4 * 1024 * 1024)).ToBytes(),
        .. Frame.WindowUpdate(0, 64 * 1024 * 1024).ToBytes(),
    ];

    /// <summary>Connects; with TLS options, through TLS.</summary>
    public static async Task<RawConnection> OpenAsync(IPEndPoint endpoint, SslClientAuthenticationOptions? tls = null)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint);
        if (tls is null)
        {
            return new RawConnection(socket, new NetworkStream(socket, ownsSocket: true));
        }

        var ssl = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await ssl.AuthenticateAsClientAsync(tls);
        return new RawConnection(socket, ssl);
    }

    /// <summary>The other side: a connection that a listener accepted.</summary>
    public static RawConnection Accepted(Socket socket) => new(socket, new NetworkStream(socket, ownsSocket: true));

    public Task SendAsync(Frame frame) => SendAsync(frame.ToBytes());

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes);

    /// <summary>Sends what the peer may already have stopped listening to; false if it has.</summary>
    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Says that nothing more comes; the peer may still speak.</summary>
    public async Task EndAsync()
    {
        try
        {
            if (_stream is SslStream ssl)
            {
                await ssl.ShutdownAsync();
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The peer was quicker.
        }
    }

    /// <summary>Reads so many bytes, or fewer at the end.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        while (_end - _start < count && await FillAsync())
        {
        }

        var taken = _received.AsSpan(_start, Math.Min(count, _end - _start)).ToArray();
        _start += taken.Length;
        return taken;
    }

    /// <summary>The next frame; null when the peer has closed the connection, in whatever way.</summary>
    /// <exception cref="InvalidDataException">The peer sent a frame that is longer than it may be.</exception>
    public async ValueTask<Frame?> ReceiveAsync()
    {
        while (true)
        {
            var received = _received.AsMemory(_start, _end - _start);
            if (received.Length >= Frame.HeadSize)
            {
                var head = received.Span;
                var length = (head[0] << 16) | (head[1] << 8) | head[2];
                if (length > MaximumPayload)
                {
                    throw new InvalidDataException($"A frame of {length} bytes was sent, where {MaximumPayload} are allowed.");
                }

                if (received.Length >= Frame.HeadSize + length)
                {
                    _start += Frame.HeadSize + length;
                    return new Frame((FrameKind)head[3], head[4], BinaryPrimitives.ReadUInt32BigEndian(head[5..]), head.Slice(Frame.HeadSize, length).ToArray());
                }
            }

            if (!await FillAsync())
            {
                return null;
            }
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask<bool> FillAsync()
    {
        if (_start > 0)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            (_start, _end) = (0, _end - _start);
        }

        try
        {
            var read = await _stream.ReadAsync(_received.AsMemory(_end));
            _end += read;
            return read > 0;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false; // Reset is an end too.
        }
    }
}
