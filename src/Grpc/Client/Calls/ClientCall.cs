using Grpc.Core;
using Grpc.Core.Deadlines;
using Grpc.Core.Wire;
using Grpc.Net.Client.Connections;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// What every call is, whatever its messages: a request that is opened, a response, and a status with which it ends. How it ends, the
/// <see cref="CallEnding"/> decides; what may end it early, the <see cref="CallWatch"/> knows.
/// </summary>
internal abstract class ClientCall : AsyncCallState, IAlarmed
{
    /// <summary>The status of a call whose channel closes.</summary>
    public static readonly Status ChannelDisposed = new(StatusCode.Cancelled, "The channel was disposed.");

    private readonly string? _host;
    private readonly Metadata? _headers;
    private Cancellations.Source? _cancellation; // Null once it serves another call.
    private CallEnding _ending; // Not readonly, like the watch: they are parts that change.
    private CallWatch _watch;

    protected ClientCall(GrpcChannel channel, string? host, in CallOptions options)
    {
        ObjectDisposedException.ThrowIf(channel.Closing.IsCancellationRequested, channel);
        Channel = channel;
        _host = host;
        _headers = options.Headers;
        _ending = new CallEnding(this);
        _watch = new CallWatch(channel.Clock, options.Deadline, options.CancellationToken);
        _cancellation = channel.Cancellations.Rent();
        WriteOptions = options.WriteOptions;
        Compresses = options.Headers?.GetValue(HeaderName.RequestEncoding) == HeaderName.Gzip;
    }

    protected GrpcChannel Channel { get; }

    /// <summary>The options of request messages that have none of their own.</summary>
    public WriteOptions? WriteOptions { get; }

    /// <summary>Whether the caller asked for compressed requests.</summary>
    protected bool Compresses { get; }

    protected HttpResponseMessage? Response => _ending.Response;

    /// <summary>Fires when the call is ended early, by whomever.</summary>
    public CancellationToken Token => _cancellation?.Token ?? new CancellationToken(canceled: true);

    protected abstract IMethod Method { get; }

    /// <summary>Whether the request has gone, and nothing waits for its transport any more.</summary>
    protected abstract bool HasSentRequest { get; }

    /// <summary>Whether the caller writes the requests one by one, and may be waiting for room.</summary>
    protected abstract bool StreamsRequests { get; }

    /// <summary>The encoding of the responses.</summary>
    protected string? ResponseEncoding { get; private set; }

    /// <summary>The status of a call that has ended; null before.</summary>
    public Status? EndStatus => _ending.Status;

    public sealed override Status GetStatus() => EndStatus ?? throw new InvalidOperationException("The call has not ended, so it has no status.");

    public sealed override Metadata GetTrailers() => _ending.Trailers ?? throw new InvalidOperationException("The call has not ended, so it has no trailers.");

    public sealed override Task<Metadata> ResponseHeadersAsync() => _ending.HeadersAsync();

    /// <summary>Ends the call early. The first reason counts.</summary>
    public void Cancel(Status reason)
    {
        if (!_ending.TryCancel(reason, out var ended))
        {
            return;
        }

        _cancellation!.Cancel(); // Not null: only a call that nobody can cancel any more gives it away.
        if (ended)
        {
            Release();
        }
    }

    public sealed override void Dispose() => Cancel(new Status(StatusCode.Cancelled, "The call was disposed."));

    /// <inheritdoc/>
    public void OnAlarm() => _watch.OnAlarm(this);

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

    /// <summary>Watches for what may end the call, and makes the request. What it throws ends the call, as what comes after it does.</summary>
    /// <param name="body">The body.</param>
    /// <param name="idles">Whether the call will be without an operation at times: between two reads of a stream.</param>
    /// <param name="seen">What is wrong with the connection at this moment; the transport's failure goes to <see cref="Reconnecting.Failed"/> with it.</param>
    protected HttpRequestMessage Begin(HttpContent body, bool idles, out Reconnecting.Trouble? seen)
    {
        _watch.Begin(this, _cancellation!, idles); // Not null before the call is finished.
        Token.ThrowIfCancellationRequested();
        seen = Channel.Reconnecting.Seen;
        Channel.Reconnecting.ThrowIfWaiting(seen);

        // Not disposed: that would take the body from under a transport that still sends it.
        var request = RequestHead.Create(Channel.AddressOf(Method), _host, body);
        RequestHead.Describe(request.Headers, _watch.Left, Compresses, _headers);
        return request;
    }

    /// <summary>Takes the response and checks its head.</summary>
    /// <exception cref="RpcException">It brings no message.</exception>
    protected void Open(HttpResponseMessage response)
    {
        Channel.Reconnecting.Succeeded();
        _ending.HeadersCame(response);
        if (ResponseHead.Refusal(response) is { } status)
        {
            throw new RpcException(status, ResponseHead.ReadMetadata(response.Headers));
        }

        ResponseEncoding = ResponseHead.Encoding(response);
    }

    /// <summary>The body of the response. The transport has it at hand; what another handler's content does when it is asked, is not known here.</summary>
#pragma warning disable CA1849 // Does not block: the transport's content hands out its stream, whether asked so or asynchronously.
    protected ValueTask<Stream> BodyAsync() => Channel.IsDirect
        ? ValueTask.FromResult(Response!.Content.ReadAsStream(CancellationToken.None))
        : new ValueTask<Stream>(Response!.Content.ReadAsStreamAsync(Token));
#pragma warning restore CA1849

    /// <summary>The status that came after the last message.</summary>
    protected Status TrailingStatus() => ResponseHead.ReadStatus(Response!.TrailingHeaders)
        ?? new Status(StatusCode.Unknown, "The response ended without a grpc-status.");

    /// <summary>Ends the call with the status that the server gave.</summary>
    /// <exception cref="RpcException">The status is not OK.</exception>
    protected void Finish(Status status)
    {
        var isUncancelled = _ending.Settle(status, ResponseHead.FindMetadata(Response!.TrailingHeaders));
        if (isUncancelled && HasSentRequest)
        {
            // Both directions are at their ends, so the transport lets go of the token with the response, and Cancel does not pass the ending any more.
            var source = _cancellation!;
            _cancellation = null;
            Release();
            Channel.Cancellations.Return(source);
        }
        else
        {
            Release();
        }

        if (status.StatusCode != StatusCode.OK)
        {
            throw new RpcException(status, GetTrailers());
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
        _ending.Settle(status, trailers);
        Release();
        return Channel.ThrowsOperationCanceled && status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded && failure is OperationCanceledException
            ? new OperationCanceledException(status.Detail, failure, _watch.Caller)
            : new RpcException(status, trailers);
    }

    /// <summary>Lets go of what the call holds, the connection's stream too.</summary>
    protected virtual void Release()
    {
        _watch.End();
        Response?.Dispose();
        if (_cancellation is { } source)
        {
            Cancellations.Discard(source);
            if (StreamsRequests)
            {
                // A write may wait for room that a server which has answered early never gives, and the transport forgets it with the stream.
                source.Cancel();
            }
        }
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
        if (status.StatusCode == StatusCode.Cancelled && Channel.Closing.IsCancellationRequested)
        {
            // The transport has noticed before this call was told.
            return (ChannelDisposed, Metadata.Empty);
        }

        // The server's clock may run out first and its reset arrive before this side's timer has fired.
        return status.StatusCode == StatusCode.Cancelled && _watch.HasPassed
            ? (new Status(StatusCode.DeadlineExceeded, "The deadline has passed.", failure), Metadata.Empty)
            : (status, Metadata.Empty);
    }
}
