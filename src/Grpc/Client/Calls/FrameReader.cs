using System.Buffers;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// Cuts a response body into messages. Memory grows with the bytes that have come, not with the length that a prefix claims; the limit is
/// checked on the prefix.
/// </summary>
internal sealed class FrameReader(Stream body, string? encoding, int? limit)
{
    private const int Step = 4096;

    private readonly PooledBuffer _received = new();
    private bool _reading;

    /// <summary>The next message; null at the end of the body.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class
    {
        MessagePrefix prefix;
        while (!MessagePrefix.TryRead(_received.Written.Span, encoding, limit, out prefix))
        {
            if (!await ReceiveAsync(Step, cancellationToken).ConfigureAwait(false))
            {
                return _received.Length == 0 ? null : throw Truncated();
            }
        }

        var length = MessagePrefix.Size + prefix.Length;
        while (_received.Length < length)
        {
            // At most as much again as there is: a long claim costs its sender as many bytes as it costs this side.
            if (!await ReceiveAsync(Math.Min(length - _received.Length, Math.Max(_received.Length, Step)), cancellationToken).ConfigureAwait(false))
            {
                throw Truncated();
            }
        }

        try
        {
            return MessageReader.Read(new ReadOnlySequence<byte>(_received.Written[MessagePrefix.Size..length]), prefix.Compressed, limit, marshaller);
        }
        finally
        {
            _received.Consume(length);
        }
    }

    /// <summary>Whether nothing more comes.</summary>
    public ValueTask<bool> IsAtEndAsync(CancellationToken cancellationToken)
    {
        if (_received.Length > 0)
        {
            return ValueTask.FromResult(false);
        }

        var receiving = ReceiveAsync(Step, cancellationToken);
        return receiving.IsCompletedSuccessfully ? ValueTask.FromResult(!receiving.Result) : EndsAsync(receiving);
    }

    /// <summary>Gives the memory back, unless a read that was cancelled may still write there.</summary>
    public void Release()
    {
        if (_reading)
        {
            _received.Forget();
        }
        else
        {
            _received.Return();
        }
    }

    /// <summary>Reads what has come, at most so much; false at the end. Mostly it has come with the headers, and nobody waits.</summary>
    private ValueTask<bool> ReceiveAsync(int room, CancellationToken cancellationToken)
    {
        var memory = _received.GetMemory(room);
        _reading = true;
        var reading = body.ReadAsync(memory, cancellationToken);
        return reading.IsCompletedSuccessfully ? ValueTask.FromResult(Received(reading.Result)) : ReceivedAsync(reading);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceivedAsync(ValueTask<int> reading) => Received(await reading.ConfigureAwait(false));

    private bool Received(int read)
    {
        _reading = false;
        _received.Advance(read);
        return read > 0;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<bool> EndsAsync(ValueTask<bool> receiving) => !await receiving.ConfigureAwait(false);

    private static RpcException Truncated() => new(new Status(StatusCode.Internal, "The response ends within a message."));
}
