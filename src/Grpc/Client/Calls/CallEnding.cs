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
/// <param name="gate">What is locked: the call itself, which nobody outside can reach, so that no object is made for it.</param>
internal struct CallEnding(object gate)
{
    private TaskCompletionSource<Metadata>? _headersAwaited;
    private HttpResponseMessage? _response;
    private Metadata? _trailers;
    private Status _status; // Of a call that has ended, or why it is to end.
    private bool _hasReason;
    private bool _hasEnded;
    private bool _busy;

    /// <summary>The status of a call that has ended; null before.</summary>
    public readonly Status? Status
    {
        get
        {
            lock (gate)
            {
                return _hasEnded ? _status : null;
            }
        }
    }

    /// <summary>The trailers of a call that has ended; null before.</summary>
    public Metadata? Trailers
    {
        get
        {
            lock (gate)
            {
                return _hasEnded ? _trailers ??= [] : null;
            }
        }
    }

    /// <summary>Why a running call is to end early; null if nobody wants that.</summary>
    public readonly Status? Reason
    {
        get
        {
            lock (gate)
            {
                return _hasReason && !_hasEnded ? _status : null;
            }
        }
    }

    /// <summary>The response, once its headers have come.</summary>
    public readonly HttpResponseMessage? Response => _response;

    /// <summary>Begins an operation, unless the call has ended.</summary>
    public bool TryEnter()
    {
        lock (gate)
        {
            _busy = !_hasEnded;
            return _busy;
        }
    }

    /// <summary>Ends an operation that leaves the call running. True: it was cancelled meanwhile and has ended here; the caller lets go of what it holds.</summary>
    public bool Leave()
    {
        lock (gate)
        {
            _busy = false;
            return _hasReason && !_hasEnded && SettleUnderGate(_status, Metadata.Empty);
        }
    }

    /// <summary>Ends the call early; the first reason counts. False: it has ended, or is about to, for another reason.</summary>
    /// <param name="reason">The status that it will have.</param>
    /// <param name="ended">Whether it has ended here, and the caller lets go of what it holds.</param>
    public bool TryCancel(Status reason, out bool ended)
    {
        lock (gate)
        {
            ended = false;
            if (_hasEnded || _hasReason)
            {
                return false;
            }

            (_status, _hasReason) = (reason, true);
            ended = !_busy && SettleUnderGate(reason, Metadata.Empty);
            return true;
        }
    }

    /// <summary>Ends the call, from within its operation. True: nobody has cancelled it, and from now on nobody can.</summary>
    /// <param name="status">The status.</param>
    /// <param name="trailers">The trailers; null for none.</param>
    public bool Settle(Status status, Metadata? trailers)
    {
        lock (gate)
        {
            SettleUnderGate(status, trailers);
            return !_hasReason;
        }
    }

    /// <summary>The headers of the response have come.</summary>
    public void HeadersCame(HttpResponseMessage response)
    {
        lock (gate)
        {
            _response = response;
            SettleHeaders();
        }
    }

    /// <summary>Completes when the headers have come, or fails with the call.</summary>
    public Task<Metadata> HeadersAsync()
    {
        lock (gate)
        {
            if (_headersAwaited is null)
            {
                _headersAwaited = new TaskCompletionSource<Metadata>(TaskCreationOptions.RunContinuationsAsynchronously);
                SettleHeaders();
            }

            return _headersAwaited.Task;
        }
    }

    private bool SettleUnderGate(Status status, Metadata? trailers)
    {
        (_status, _hasEnded) = (status, true);
        _trailers = trailers;
        SettleHeaders();
        return true;
    }

    /// <summary>Completes the headers' task if somebody waits for it; under the gate.</summary>
    private void SettleHeaders()
    {
        if (_headersAwaited is null)
        {
            return;
        }

        if (_response is not null)
        {
            try
            {
                _headersAwaited.TrySetResult(ResponseHead.ReadMetadata(_response.Headers));
            }
            catch (RpcException e)
            {
                // Metadata that cannot be read: whoever asks for it is told. The call ends as it would have ended.
                _headersAwaited.TrySetException(e);
            }
        }
        else if (_hasEnded)
        {
            _headersAwaited.TrySetException(new RpcException(_status, _trailers ??= []));
        }
    }
}
