using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>What every call is, whatever its messages: a request, the ways it may be ended early, and the status with which it ends.</summary>
internal abstract class ClientCall : IDisposable
{
    /// <summary>The longest that a timer can wait; a later deadline is waited for in several steps.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(49);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly IMethod _method;
    private readonly string? _host;
    private readonly DateTimeOffset? _deadline;
    private CancellationTokenRegistration _onCallerCancels;
    private CancellationTokenRegistration _onChannelCloses;
    private ITimer? _timer;
    private TaskCompletionSource<Metadata>? _headersAwaited;
    private Metadata? _trailers;
    private Status? _status;
    private Status? _ending;
    private bool _busy;

    protected ClientCall(GrpcChannel channel, IMethod method, string? host, CallOptions options)
    {
        ObjectDisposedException.ThrowIf(channel.Closing.IsCancellationRequested, channel);
        Channel = channel;
        _method = method;
        _host = host;
        Options = options;
        Compresses = options.Headers?.GetValue(HeaderName.RequestEncoding) == HeaderName.Gzip;
        _deadline = options.Deadline switch
        {
            null => null,
            { } never when never == DateTime.MaxValue => null,
            { Kind: DateTimeKind.Utc } time => new DateTimeOffset(time),
            { } past when past == DateTime.MinValue => DateTimeOffset.MinValue,
            _ => throw new InvalidOperationException("A deadline is UTC, DateTime.MinValue or DateTime.MaxValue."),
        };
    }

    protected GrpcChannel Channel { get; }

    public CallOptions Options { get; }

    /// <summary>Whether the caller asked for compressed requests.</summary>
    protected bool Compresses { get; }

    protected HttpResponseMessage? Response { get; private set; }

    /// <summary>Fires when the call is ended early, by whomever.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>The encoding of the responses.</summary>
    protected string? ResponseEncoding { get; private set; }

    /// <summary>The status of a call that has ended; null before.</summary>
    public Status? EndStatus
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    public Status GetStatus() => EndStatus ?? throw new InvalidOperationException("The call has not ended, so it has no status.");

    public Metadata GetTrailers()
    {
        lock (_gate)
        {
            return _trailers ?? throw new InvalidOperationException("The call has not ended, so it has no trailers.");
        }
    }

    public Task<Metadata> ResponseHeadersAsync()
    {
        lock (_gate)
        {
            if (_headersAwaited is null)
            {
                _headersAwaited = new TaskCompletionSource<Metadata>(TaskCreationOptions.RunContinuationsAsynchronously);
                SettleHeaders();
            }

            return _headersAwaited.Task;
        }
    }

    /// <summary>Ends the call early. The first reason counts.</summary>
    public void Cancel(Status reason)
    {
        bool idle;
        lock (_gate)
        {
            if (_status is not null || _ending is not null)
            {
                return;
            }

            _ending = reason;
            idle = !_busy;
            if (idle)
            {
                SettleUnderGate(reason, Metadata.Empty);
            }
        }

        _cancellation.Cancel();
        if (idle)
        {
            Release();
        }
    }

    public void Dispose() => Cancel(new Status(StatusCode.Cancelled, "The call was disposed."));

    /// <summary>Begins an operation, unless the call has ended. While one runs, it is the one that ends the call; else whoever cancels does.</summary>
    protected bool TryEnter()
    {
        lock (_gate)
        {
            _busy = _status is null;
            return _busy;
        }
    }

    /// <summary>Ends an operation that leaves the call running.</summary>
    protected void Leave()
    {
        lock (_gate)
        {
            _busy = false;
            if (_ending is not { } reason || _status is not null)
            {
                return;
            }

            SettleUnderGate(reason, Metadata.Empty);
        }

        Release();
    }

    /// <summary>Sends the request and checks the head of the response. What it throws ends the call.</summary>
    protected async Task OpenAsync(RequestContent content)
    {
        WatchForEnd();
        Token.ThrowIfCancellationRequested();

        // Not disposed: that would take the body from under a transport that still sends it.
        var request = RequestHead.Create(Channel.AddressOf(_method), _host, content);
        RequestHead.Describe(request.Headers, _deadline - Channel.Clock.GetUtcNow(), Compresses, Options.Headers);
        var response = await Channel.SendAsync(request, Token);
        lock (_gate)
        {
            Response = response;
            SettleHeaders();
        }

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
        _timer?.Dispose();
        _onCallerCancels.Unregister(); // Not Dispose, which would wait for a callback that is running: it may be what brought us here.
        _onChannelCloses.Unregister();
        Response?.Dispose();
    }

    private (Status Status, Metadata Trailers) Explain(Exception failure)
    {
        Status? ending;
        lock (_gate)
        {
            ending = _ending;
        }

        if (ending is { } reason)
        {
            return (reason, Metadata.Empty);
        }

        if (failure is RpcException refusal)
        {
            return (refusal.Status, refusal.Trailers);
        }

        var status = TransportFailure.Explain(failure);

        // The server's clock may run out first and its reset arrive before this side's timer has fired.
        return status.StatusCode == StatusCode.Cancelled && _deadline is { } deadline && Channel.Clock.GetUtcNow() >= deadline
            ? (new Status(StatusCode.DeadlineExceeded, "The deadline has passed.", failure), Metadata.Empty)
            : (status, Metadata.Empty);
    }

    private void Settle(Status status, Metadata trailers)
    {
        lock (_gate)
        {
            SettleUnderGate(status, trailers);
        }

        Release();
    }

    private void SettleUnderGate(Status status, Metadata trailers)
    {
        _status = status;
        _trailers = trailers;
        SettleHeaders();
    }

    /// <summary>Completes the headers' task if somebody waits for it; under the gate.</summary>
    private void SettleHeaders()
    {
        if (_headersAwaited is null)
        {
            return;
        }

        if (Response is not null)
        {
            try
            {
                _headersAwaited.TrySetResult(ResponseHead.ReadMetadata(Response.Headers));
            }
            catch (RpcException e)
            {
                // Metadata that cannot be read: whoever asks for it is told. The call ends as it would have ended.
                _headersAwaited.TrySetException(e);
            }
        }
        else if (_status is { } status)
        {
            _headersAwaited.TrySetException(new RpcException(status, _trailers!));
        }
    }

    private void WatchForEnd()
    {
        if (_deadline is { } deadline)
        {
            if (deadline <= Channel.Clock.GetUtcNow())
            {
                Cancel(new Status(StatusCode.DeadlineExceeded, "The deadline had passed before the call began."));
                return;
            }

            _timer = Channel.Clock.CreateTimer(static call => ((ClientCall)call!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Arm(deadline);
        }

        _onCallerCancels = Options.CancellationToken.UnsafeRegister(
            static call => ((ClientCall)call!).Cancel(new Status(StatusCode.Cancelled, "The call was cancelled by its caller.")), this);
        _onChannelCloses = Channel.Closing.UnsafeRegister(
            static call => ((ClientCall)call!).Cancel(new Status(StatusCode.Cancelled, "The channel was disposed.")), this);
    }

    private void Arm(DateTimeOffset deadline)
    {
        var left = deadline - Channel.Clock.GetUtcNow();
        _timer!.Change(left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestWait ? left : LongestWait, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        if (Channel.Clock.GetUtcNow() < _deadline)
        {
            Arm(_deadline.Value);
            return;
        }

        Cancel(new Status(StatusCode.DeadlineExceeded, "The deadline has passed."));
    }
}
