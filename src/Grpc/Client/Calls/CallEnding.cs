using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// How a call ends, once: with the server's status, with a failure, or early, by whoever cancels it. A part of the call, not an object of its
/// own. While an operation runs, it is the one that ends the call, since it holds the stream; else whoever cancels does:
/// <code>
///   idle --TryEnter--> busy --Leave--> idle        an operation: open, read
///   idle --TryCancel--> ended                      nobody holds the stream
///   busy --TryCancel--> busy, with a reason        the operation fails by the token, and settles with that reason
///   busy --Settle-----> ended                      the status came, or the operation failed
/// </code>
/// </summary>
internal struct CallEnding()
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<Metadata>? _headersAwaited;
    private HttpResponseMessage? _response;
    private Metadata? _trailers;
    private Status? _status;
    private Status? _reason;
    private bool _busy;

    /// <summary>The status of a call that has ended; null before.</summary>
    public readonly Status? Status
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    /// <summary>The trailers of a call that has ended; null before.</summary>
    public readonly Metadata? Trailers
    {
        get
        {
            lock (_gate)
            {
                return _trailers;
            }
        }
    }

    /// <summary>Why the call is to end early; null if nobody wants that.</summary>
    public readonly Status? Reason
    {
        get
        {
            lock (_gate)
            {
                return _reason;
            }
        }
    }

    /// <summary>The response, once its headers have come.</summary>
    public readonly HttpResponseMessage? Response => _response;

    /// <summary>Begins an operation, unless the call has ended.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            _busy = _status is null;
            return _busy;
        }
    }

    /// <summary>Ends an operation that leaves the call running. True: it was cancelled meanwhile and has ended here; the caller lets go of what it holds.</summary>
    public bool Leave()
    {
        lock (_gate)
        {
            _busy = false;
            return _reason is { } reason && _status is null && SettleUnderGate(reason, Metadata.Empty);
        }
    }

    /// <summary>Ends the call early; the first reason counts. False: it has ended, or is about to, for another reason.</summary>
    /// <param name="reason">The status that it will have.</param>
    /// <param name="ended">Whether it has ended here, and the caller lets go of what it holds.</param>
    public bool TryCancel(Status reason, out bool ended)
    {
        lock (_gate)
        {
            ended = false;
            if (_status is not null || _reason is not null)
            {
                return false;
            }

            _reason = reason;
            ended = !_busy && SettleUnderGate(reason, Metadata.Empty);
            return true;
        }
    }

    /// <summary>Ends the call, from within its operation.</summary>
    public void Settle(Status status, Metadata trailers)
    {
        lock (_gate)
        {
            SettleUnderGate(status, trailers);
        }
    }

    /// <summary>The headers of the response have come.</summary>
    public void HeadersCame(HttpResponseMessage response)
    {
        lock (_gate)
        {
            _response = response;
            SettleHeaders();
        }
    }

    /// <summary>Completes when the headers have come, or fails with the call.</summary>
    public Task<Metadata> HeadersAsync()
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

    private bool SettleUnderGate(Status status, Metadata trailers)
    {
        _status = status;
        _trailers = trailers;
        SettleHeaders();
        return true;
    }

    /// <summary>Completes the headers' task if somebody waits for it; under the gate.</summary>
    private readonly void SettleHeaders()
    {
        if (_headersAwaited is null)
        {
            return;
        }

        if (_response is not null)
        {
            _headersAwaited.TrySetResult(ResponseHead.ReadMetadata(_response.Headers));
        }
        else if (_status is { } status)
        {
            _headersAwaited.TrySetException(new RpcException(status, _trailers!));
        }
    }
}
