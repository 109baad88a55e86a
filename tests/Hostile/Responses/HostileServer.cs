using System.Net;
using System.Net.Sockets;
using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Protos;

namespace Exchange.Hostile.Tests.Responses;

/// <summary>
/// A server that reads requests as it must and answers them as it likes. The request says in its text from which seed its answer is made, so
/// that an answer depends on nothing else.
/// </summary>
internal sealed class HostileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<uint, string, MutatedAnswer> _answer;
    private readonly Task _accepting;
    private int _connections;

    public HostileServer(Func<uint, string, MutatedAnswer> answer)
    {
        _answer = answer;
        _listener.Start(backlog: 512);
        _accepting = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>Connections that are open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_end.IsCancellationRequested)
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                socket.NoDelay = true;
                _ = ServeAsync(RawConnection.Accepted(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Told to stop.
        }
    }

    private async Task ServeAsync(RawConnection connection)
    {
        Interlocked.Increment(ref _connections);
        try
        {
            await using var owned = connection;
            await connection.ReceiveAsync(RawConnection.Preface.Length);
            await connection.TrySendAsync(Frame.Settings((Setting.InitialWindowSize, 1024 * 1024)).ToBytes());
            var bodies = new Dictionary<uint, List<byte>>();
            while (await connection.ReceiveAsync() is { } frame)
            {
                if (frame.Kind == FrameKind.Settings && !frame.Has(Frame.Ack))
                {
                    await connection.TrySendAsync(new Frame(FrameKind.Settings, Frame.Ack, 0, []).ToBytes());
                }
                else if (frame.Kind == FrameKind.Headers)
                {
                    bodies[frame.Stream] = [];
                }
                else if (frame.Kind == FrameKind.Data && bodies.TryGetValue(frame.Stream, out var body))
                {
                    body.AddRange(frame.Payload);
                    if (frame.Has(Frame.EndStream) && !await AnswerAsync(connection, frame.Stream, body))
                    {
                        return;
                    }
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task<bool> AnswerAsync(RawConnection connection, uint stream, List<byte> body)
    {
        var answer = _answer(stream, Shot.Parser.ParseFrom([.. body.Skip(5)]).Text);
        for (var sent = 0; sent < answer.Bytes.Length; sent += answer.Piece)
        {
            if (!await connection.TrySendAsync(answer.Bytes.AsMemory(sent, Math.Min(answer.Piece, answer.Bytes.Length - sent))))
            {
                return false;
            }
        }

        return !answer.EndsConnection;
    }
}
