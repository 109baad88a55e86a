using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Deadlines;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// One call, from its headers to its status: opened, read, written, and ended once by whoever comes first, the handler or the deadline. Who
/// that is, the <see cref="AnswerGate"/> decides; what is said, the <see cref="CallResponse"/> knows; what must end first, the
/// <see cref="CallUses"/> count.
/// </summary>
internal sealed class ServerCall(HttpContext http, IMethod method, CallSettings settings) : CallFacts(http, method), IAlarmed
{
    private readonly CallSettings _settings = settings;
    private CallResponse _response = new(http, settings); // Not readonly, like the gate: they are parts that change.
    private AnswerGate _gate;
    private CallUses _uses;
    private CallDeadline? _deadline; // Null once it serves another call.
    private DateTime _time = DateTime.MaxValue;
    private StrongBox<Status>? _pending; // Of a call that ended while something was under way.
    private string? _requestEncoding;

    protected override DateTime DeadlineCore => _time;

    protected override CancellationToken CancellationTokenCore =>
        _deadline?.Token ?? (HasLeft ? new CancellationToken(canceled: true) : HttpContext.RequestAborted);

    private TimeSpan Left => _time - _settings.Clock.GetUtcNow().UtcDateTime;

    private PipeReader Requests => HttpContext.Request.BodyReader;

    /// <summary>The token of reads: only a deadline needs one, since the transport ends its own waits when the client goes.</summary>
    private CancellationToken WaitToken => _deadline?.Token ?? default;

    /// <summary>Reads the protocol's own headers. What it throws is the answer.</summary>
    public void Open()
    {
        HttpContext.Response.ContentType = HeaderName.ContentType;
        var headers = HttpContext.Request.Headers;
        if (headers.GrpcTimeout is { Count: > 0 } timeout)
        {
            if (!CallTimeout.TryParse(timeout.ToString(), out var left))
            {
                throw new RpcException(new Status(StatusCode.Internal, "The grpc-timeout is malformed."));
            }

            var now = _settings.Clock.GetUtcNow().UtcDateTime;
            if (left < DateTime.MaxValue - now)
            {
                _time = now + left; // A later one is none.
                _deadline = _settings.Deadlines.Rent();
                _deadline.Begin(HttpContext.RequestAborted);
            }
        }

        _requestEncoding = headers.GrpcEncoding;
        if (_requestEncoding is not (null or HeaderName.Identity or HeaderName.Gzip))
        {
            HttpContext.Response.Headers.GrpcAcceptEncoding = HeaderName.Accepted;
            throw new RpcException(new Status(StatusCode.Unimplemented, $"The message encoding is not supported; {HeaderName.Accepted} are."));
        }

        if (_settings.ResponseCompression is { } level)
        {
            _response.Negotiate(level);
        }

        // Last: from here on the alarm may answer, and then nobody else touches the response.
        _deadline?.Arm(this, Left);
    }

    /// <inheritdoc/>
    public void OnAlarm()
    {
        if (Left <= TimeSpan.Zero)
        {
            _ = ExpireAsync();
        }
        else
        {
            _deadline?.ArmAgain(this, Left);
        }
    }

    /// <summary>Begins a read of a stream; <see cref="EndRead"/> follows whatever happens.</summary>
    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public void BeginRead() => _uses.Enter();

    /// <summary>Ends a read of a stream.</summary>
    public void EndRead() => _uses.Leave();

    /// <summary>The next request message; null at the end of the stream.</summary>
    /// <exception cref="OperationCanceledException">The deadline has passed, or the call has ended meanwhile.</exception>
    public ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class => _gate.HasExpired
            ? throw new OperationCanceledException("The deadline has passed.", CancellationToken)
            : RequestPipe.ReadAsync(Requests, marshaller, _requestEncoding, _settings.MaxReceiveMessageSize, cancellationToken.CanBeCanceled ? cancellationToken : WaitToken);

    /// <summary>The one request message of a call that has exactly one.</summary>
    public ValueTask<T> ReadSingleAsync<T>(Marshaller<T> marshaller)
        where T : class => RequestPipe.ReadSingleAsync(Requests, marshaller, _requestEncoding, _settings.MaxReceiveMessageSize, WaitToken);

    /// <summary>Writes a message of a stream and waits until the transport has room for more.</summary>
    public async Task WriteAsync<T>(T message, Marshaller<T> marshaller, WriteOptions? options, CancellationToken cancellationToken)
    {
        BeginWrite();
        try
        {
            options ??= WriteOptions;
            _response.Serialise(message, marshaller, options);
            if ((options?.Flags & WriteFlags.BufferHint) is not WriteFlags.BufferHint)
            {
                await _response.FlushAsync(cancellationToken, CancellationToken);
            }
        }
        finally
        {
            EndWrite();
        }
    }

    /// <summary>
    /// Ends a call whose handler returned, with its only message if it has one. The server then sends headers, message and trailers in one flush.
    /// </summary>
    public void Complete<T>(T? message, Marshaller<T> marshaller)
        where T : class
    {
        if (!_gate.TryClose())
        {
            return;
        }

        var status = StatusCore;
        if (message is not null && status.StatusCode == StatusCode.OK)
        {
            try
            {
                _response.Serialise(message, marshaller, WriteOptions);
            }
            catch (RpcException e)
            {
                status = Report(e);
            }
        }

        End(status);
    }

    /// <summary>Ends a call whose handler returned after it had written what it had to say.</summary>
    public void Complete()
    {
        if (_gate.TryClose())
        {
            End(StatusCore);
        }
    }

    /// <summary>Ends a call that failed.</summary>
    public void Fail(Exception failure)
    {
        if (!_gate.TryClose())
        {
            return;
        }

        if (HttpContext.RequestAborted.IsCancellationRequested)
        {
            ServerLog.CallCancelled(_settings.Logger, Method);
            return; // Nobody listens.
        }

        if (failure is RpcException refusal && refusal.Trailers != Trailers)
        {
            foreach (var entry in refusal.Trailers)
            {
                ResponseTrailers.Add(entry);
            }
        }

        End(Report(failure));
    }

    /// <summary>
    /// Ends a call whose deadline has passed: the handler's token fires and its waits end, and the client has its answer even if the handler goes on.
    /// </summary>
    public async Task ExpireAsync()
    {
        if (!_gate.TryExpire(out var answers))
        {
            return;
        }

        var deadline = _deadline!; // The call keeps it until it has answered.
        ServerLog.DeadlinePassed(_settings.Logger, Method);
        try
        {
            if (answers)
            {
                AnswerExpired();
            }

            // A token that the handler brought does not know of the deadline.
            ClientWaits.End(HttpContext, writes: !answers);
        }
        finally
        {
            deadline.Answered();
        }

        await deadline.CancelAsync();
    }

    /// <summary>The call is over: stops the timer, waits for what is under way or being said at this moment, and lets go of the request.</summary>
    public ValueTask ReleaseAsync()
    {
        _deadline?.End();
        if (!_uses.TryEnd() || _pending is not null || _gate.HasExpired)
        {
            return LeaveLateAsync();
        }

        LeaveDeadline();
        Leave();
        return ValueTask.CompletedTask;
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        BeginWrite();
        try
        {
            _response.AddHeaders(responseHeaders);
            await _response.FlushAsync(default, CancellationToken);
        }
        finally
        {
            EndWrite();
        }
    }

    private async ValueTask LeaveLateAsync()
    {
        if (!_uses.TryEnd())
        {
            ClientWaits.End(HttpContext, writes: true);
            await _uses.WhenIdle;
        }

        if (_pending is { Value: var status })
        {
            _response.End(status, Trailers, Method);
        }

        if (_gate.HasExpired)
        {
            await _deadline!.WhenAnswered;
            await _deadline.Answer;
        }

        LeaveDeadline();
        Leave();
    }

    private void LeaveDeadline()
    {
        if (_deadline is { } deadline)
        {
            _deadline = null;
            _settings.Deadlines.Return(deadline, hasPassed: _gate.HasExpired);
        }
    }

    private void BeginWrite()
    {
        _uses.Enter();
        try
        {
            _gate.BeginWrite(CancellationToken);
        }
        catch
        {
            _uses.Leave();
            throw;
        }
    }

    private void EndWrite()
    {
        if (_gate.EndWrite())
        {
            AnswerExpired();
        }

        _uses.Leave();
    }

    /// <summary>Says how the call ended, or leaves it to <see cref="ReleaseAsync"/>: what is being written comes before the status.</summary>
    private void End(Status status)
    {
        if (_uses.TryEnd())
        {
            _response.End(status, Trailers, Method);
        }
        else
        {
            _pending = new StrongBox<Status>(status);
        }
    }

    private Status Report(Exception failure) => FailureStatus.Of(failure, Method, _settings);

    /// <summary>Waits for nothing: a client that does not read must not keep the handler.</summary>
    private void AnswerExpired()
    {
        // The handler may be changing its trailers at this moment: the deadline's answer goes without.
        _response.End(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"), trailers: null, Method);
        _deadline!.Answer = _response.CompleteAsync();
    }
}
