using System.Net;

namespace Grpc.Net.Client.Calls;

/// <summary>A body that the caller writes: hands the transport's stream to the writer, and ends when the writer or the call does.</summary>
internal sealed class RequestStreamContent : RequestContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The transport's stream, once the request has been opened.</summary>
    public Task<Stream> Stream => _stream.Task;

    /// <summary>Ends the body as it should end.</summary>
    public void Complete() => _complete.TrySetResult();

    public override void End()
    {
        _stream.TrySetCanceled();
        _complete.TrySetCanceled();
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The server should see the call before the first message, which may be long in coming.
        await stream.FlushAsync(cancellationToken);
        _stream.TrySetResult(stream);
        await _complete.Task.WaitAsync(cancellationToken);
    }
}
