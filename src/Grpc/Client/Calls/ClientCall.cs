using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// What every call is, whatever its messages: a request that is opened, a response, and a status with which it ends. How it ends, the
/// <see cref="CallEnding"/> decides; what may end it early, the <see cref="CallWatch"/> knows.
/// </summary>
internal abstract class ClientCall : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly IMethod _method;
    private readonly string? _host;
    private CallEnding _ending = new(); // Not readonly, like the watch: they are parts that change.
    private CallWatch _watch;

    protected ClientCall(GrpcChannel channel, IMethod method, string? host, CallOptions options)
    {
        ObjectDisposedException.ThrowIf(channel.Closing.IsCancellationRequested, channel);
        Channel = channel;
        _method = method;
        _host = host;
        Options = options;
        Compresses = options.Headers?.GetValue(HeaderName.RequestEncoding) == HeaderName.Gzip;
        _watch = new CallWatch(channel.Clock, options.Deadline);
    }

    protected GrpcChannel Channel { get; }

    public CallOptions Options { get; }

    /// <summary>Whether the caller asked for compressed requests.</summary>
    protected bool Compresses { get; }

    protected HttpResponseMessage? Response => _ending.Response;

    /// <summary>Fires when the call is ended early, by whomever.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>The encoding of the responses.</summary>
    protected string? ResponseEncoding { get; private set; }

    /// <summary>The status of a call that has ended; null before.</summary>
    public Status? EndStatus => _ending.Status;

    public Status GetStatus() => EndStatus ?? throw new InvalidOperationException("The call has not ended, so it has no status.");

    public Metadata GetTrailers() => _ending.Trailers ?? throw new InvalidOperationException("The call has not ended, so it has no trailers.");

    public Task<Metadata> ResponseHeadersAsync() => _ending.HeadersAsync();

    /// <summary>Ends the call early. The first reason counts.</summary>
    public void Cancel(Status reason)
    {
        if (!_ending.TryCancel(reason, out var ended))
        {
            return;
        }

        _cancellation.Cancel();
        if (ended)
        {
            Release();
        }
    }

    public void Dispose() => Cancel(new Status(StatusCode.Cancelled, "The call was disposed."));

    /// <summary>The deadline's timer has fired.</summary>
    public void OnTimer() => _watch.OnTimer(this);

    /// <summary>Begins an operation, unless the call has ended.</summary>
    protected bool TryEnter() => _ending.TryEnter();

    /// <summary>Ends an operation that leaves the call running.</summary>
    protected void Leave()
    {
        if (_ending.Leave())
        {
            Release();
        }
    }

    /// <summary>Sends the request and checks the head of the response. What it throws ends the call.</summary>
    protected async Task OpenAsync(RequestContent content)
    {
        _watch.Begin(this, Options.CancellationToken, Channel.Closing);
        Token.ThrowIfCancellationRequested();
        var seen = Channel.Reconnecting.Seen;
        Channel.Reconnecting.ThrowIfWaiting(seen);

        // Not disposed: that would take the body from under a transport that still sends it.
        var request = RequestHead.Create(Channel.AddressOf(_method), _host, content);
        RequestHead.Describe(request.Headers, _watch.Left, Compresses, Options.Headers);
        HttpResponseMessage response;
        try
        {
            response = await Channel.SendAsync(request, Token);
        }
        catch (Exception e) when (Channel.Reconnecting.Failed(seen, e))
        {
            throw; // Never: the filter only looks on.
        }

        Channel.Reconnecting.Succeeded();
        _ending.HeadersCame(response);
        if (ResponseHead.Refusal(response) is { } status)
        {
            throw new RpcException(status, ResponseHead.ReadMetadata(response.Headers));
        }

        ResponseEncoding = ResponseHead.Encoding(response);
    }

    /// <summary>The status that came after the last message.</summary>
    protected Status TrailingStatus() => ResponseHead.ReadStatus(Response!.TrailingHeaders)
        ?? new Status(StatusCode.Unknown, "The response ended without a grpc-status.");

    /// <summary>Ends the call with the status that the server gave.</summary>
    /// <exception cref="RpcException">The status is not OK.</exception>
    protected void Finish(Status status)
    {
        var trailers = ResponseHead.ReadMetadata(Response!.TrailingHeaders);
        Settle(status, trailers);
        if (status.StatusCode != StatusCode.OK)
        {
            throw new RpcException(status, trailers);
        }
    }

    /// <summary>Ends the call with what went wrong, and says it in the words of gRPC.</summary>
    protected Exception Fail(Exception failure)
    {
        if (EndStatus is not null)
        {
            return failure;
        }

        var (status, trailers) = Explain(failure);
        Settle(status, trailers);
        return Channel.ThrowsOperationCanceled && status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded && failure is OperationCanceledException
            ? new OperationCanceledException(status.Detail, failure, Options.CancellationToken)
            : new RpcException(status, trailers);
    }

    /// <summary>Lets go of what the call holds, the connection's stream too.</summary>
    protected virtual void Release()
    {
        _watch.End();
        Response?.Dispose();
    }

    private (Status Status, Metadata Trailers) Explain(Exception failure)
    {
        if (_ending.Reason is { } reason)
        {
            return (reason, Metadata.Empty);
        }

        if (failure is RpcException refusal)
        {
            return (refusal.Status, refusal.Trailers);
        }

        var status = TransportFailure.Explain(failure);

        // The server's clock may run out first and its reset arrive before this side's timer has fired.
        return status.StatusCode == StatusCode.Cancelled && _watch.HasPassed
            ? (new Status(StatusCode.DeadlineExceeded, "The deadline has passed.", failure), Metadata.Empty)
            : (status, Metadata.Empty);
    }

    private void Settle(Status status, Metadata trailers)
    {
        _ending.Settle(status, trailers);
        Release();
    }
}
