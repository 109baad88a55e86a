using System.Buffers.Binary;

namespace Exchange.Hostile.Tests.Http2;

/// <summary>Listens to a server on one connection, holds it to the protocol, and keeps what it said stream by stream.</summary>
internal sealed class Hearing(RawConnection connection)
{
    private readonly HeaderBlockReader _blocks = new();
    private readonly Dictionary<uint, Answer> _answers = [];
    private List<byte>? _block;

    public IReadOnlyDictionary<uint, Answer> Answers => _answers;

    /// <summary>The code of the server's GOAWAY, if one came; a graceful one (NO_ERROR) counts only if nothing else followed.</summary>
    public ErrorCode? GoAway { get; private set; }

    /// <summary>The connection is at its end.</summary>
    public bool Closed { get; private set; }

    /// <summary>The value of the last PING that was acknowledged.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>Increments that the server gave to the connection's window.</summary>
    public long WindowUpdates { get; private set; }

    /// <summary>The answer on a stream, even if nothing has come there.</summary>
    public Answer On(uint stream) => _answers.TryGetValue(stream, out var answer) ? answer : _answers[stream] = new Answer();

    /// <summary>Takes the next frame; false at the end of the connection.</summary>
    public async ValueTask<bool> NextAsync()
    {
        if (await connection.ReceiveAsync() is not { } frame)
        {
            Closed = true;
            return false;
        }

        Take(frame);
        if (frame is { Kind: FrameKind.Settings } && !frame.Has(Frame.Ack))
        {
            await connection.TrySendAsync(new Frame(FrameKind.Settings, Frame.Ack, 0, []).ToBytes());
        }

        return true;
    }

    /// <summary>Listens until something holds or the connection ends.</summary>
    public async Task UntilAsync(Func<Hearing, bool> holds)
    {
        while (!holds(this) && await NextAsync())
        {
        }
    }

    /// <summary>Listens to the end of the connection.</summary>
    public Task ToEndAsync() => UntilAsync(static _ => false);

    private void Take(Frame frame)
    {
        if (_block is not null && frame.Kind != FrameKind.Continuation)
        {
            throw new HostileFinding($"{frame.Kind} within a header block.");
        }

        switch (frame.Kind)
        {
            case FrameKind.Headers:
            case FrameKind.Continuation:
                TakeBlock(frame);
                break;
            case FrameKind.Data:
                On(frame.Stream).AddData(frame.Payload, frame.Has(Frame.EndStream));
                break;
            case FrameKind.RstStream:
                On(frame.Stream).AddReset((ErrorCode)Number(frame, 0));
                break;
            case FrameKind.GoAway:
                GoAway = (ErrorCode)Number(frame, 4);
                break;
            case FrameKind.Ping when frame.Has(Frame.Ack):
                Acknowledged = BinaryPrimitives.ReadUInt64BigEndian(frame.Payload);
                break;
            case FrameKind.WindowUpdate:
                WindowUpdates += frame.Stream == 0 ? Number(frame, 0) : 0;
                break;
            case FrameKind.Settings or FrameKind.Ping:
                break;
            default:
                throw new HostileFinding($"A server does not send frames of type {frame.Kind}.");
        }
    }

    private bool _endsStream;

    private void TakeBlock(Frame frame)
    {
        if (frame.Kind == FrameKind.Headers)
        {
            _block = [];
            _endsStream = frame.Has(Frame.EndStream);
        }

        (_block ?? throw new HostileFinding("CONTINUATION without HEADERS.")).AddRange(frame.Payload);
        if (!frame.Has(Frame.EndHeaders))
        {
            return;
        }

        var headers = _blocks.Read(_block.ToArray());
        _block = null;
        On(frame.Stream).AddHeaders(headers, _endsStream);
    }

    private static uint Number(Frame frame, int offset) => frame.Payload.Length >= offset + 4
        ? BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.AsSpan(offset))
        : throw new HostileFinding($"{frame.Kind} is too short.");
}
