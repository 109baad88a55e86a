using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>The requests of a call; each write waits for the transport, so a slow server slows its caller.</summary>
internal sealed class RequestStream<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, RequestStreamContent content) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private int _writing;
    private bool _complete;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_complete)
        {
            throw new InvalidOperationException("The stream of requests is complete.");
        }

        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("A write is pending; one at a time.");
        }

        try
        {
            await SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public Task CompleteAsync()
    {
        _complete = true;
        content.Complete();
        return Task.CompletedTask;
    }

    private async Task SendAsync(TRequest message, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static call => ((ClientCall)call!).Cancel(new Status(StatusCode.Cancelled, "The call was cancelled by its writer.")), call);
        var options = WriteOptions ?? call.WriteOptions;
        var buffer = new PooledBuffer();
        try
        {
            var stream = await content.OpenAsync().ConfigureAwait(false);
            call.Serialise(buffer, message, options);
            await stream.WriteAsync(buffer.Written, call.Token).ConfigureAwait(false);
            if ((options?.Flags & WriteFlags.BufferHint) is not WriteFlags.BufferHint)
            {
                await stream.FlushAsync(call.Token).ConfigureAwait(false);
            }

            buffer.Return(); // Not after a failed write: the transport may still be reading.
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw await call.ExplainWriteAsync(e).ConfigureAwait(false);
        }
    }
}
