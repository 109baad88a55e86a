using System.Net;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// A body that the caller writes: hands the transport's stream to the writer, and ends when the writer or the call does. The transport may open
/// the request again, on another connection, if the server refused it unprocessed (REFUSED_STREAM, GOAWAY). That is possible as long as the
/// writer has not begun: what it wrote before is not kept.
/// </summary>
internal sealed class RequestStreamContent : HttpContent, IRequestBody
{
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Stream? _stream;
    private bool _hasBegun;

    public RequestStreamContent() => Headers.ContentType = IRequestBody.Type;

    /// <summary>The transport's stream, once the request has been opened. Who asks is about to write.</summary>
    /// <exception cref="OperationCanceledException">The call has ended.</exception>
    public async ValueTask<Stream> OpenAsync()
    {
        await _opened.Task.ConfigureAwait(false);
        lock (_gate)
        {
            _hasBegun = true;
            return _stream!;
        }
    }

    /// <summary>Ends the body as it should end.</summary>
    public void Complete() => _complete.TrySetResult();

    public void End()
    {
        _opened.TrySetCanceled();
        _complete.TrySetCanceled();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_hasBegun)
            {
                throw new IOException("The server refused the call after the first request had been written; it cannot be repeated.");
            }

            _stream = stream;
        }

        try
        {
            // The server should see the call before the first message, which may be long in coming.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            _opened.TrySetResult();
            await _complete.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The stream was reset or the call was cancelled. Which, the response says, if this body does not speak first.
        }
    }
}
