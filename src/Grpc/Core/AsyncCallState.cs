namespace Grpc.Core;

/// <summary>What all four kinds of call object share: delegates with their state, so that the client needs no closure for a call.</summary>
internal readonly struct AsyncCallState
{
    private readonly Func<object, Task<Metadata>> _headers;
    private readonly Func<object, Status> _status;
    private readonly Func<object, Metadata> _trailers;
    private readonly Action<object> _dispose;
    private readonly object _state;

    public AsyncCallState(Func<object, Task<Metadata>> headers, Func<object, Status> status, Func<object, Metadata> trailers, Action<object> dispose, object state)
    {
        _headers = headers;
        _status = status;
        _trailers = trailers;
        _dispose = dispose;
        _state = state;
    }

    public AsyncCallState(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
        : this(_ => headers, _ => status(), _ => trailers(), _ => dispose(), string.Empty)
    {
    }

    public Task<Metadata> ResponseHeadersAsync => _headers(_state);

    public Status GetStatus() => _status(_state);

    public Metadata GetTrailers() => _trailers(_state);

    public void Dispose() => _dispose(_state);
}
