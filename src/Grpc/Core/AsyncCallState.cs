namespace Grpc.Core;

/// <summary>What all four kinds of call object ask of the call behind them. The client's calls are this themselves, so that one reference is enough.</summary>
internal abstract class AsyncCallState : IDisposable
{
    public abstract Task<Metadata> ResponseHeadersAsync();

    public abstract Status GetStatus();

    public abstract Metadata GetTrailers();

    public abstract void Dispose();

    /// <summary>A call of parts: for fakes.</summary>
    public static AsyncCallState Of(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose) =>
        new Delegates(_ => headers, _ => status(), _ => trailers(), _ => dispose(), string.Empty);

    /// <summary>A call of parts with a state for them.</summary>
    public static AsyncCallState Of(
        Func<object, Task<Metadata>> headers, Func<object, Status> status, Func<object, Metadata> trailers, Action<object> dispose, object state) =>
        new Delegates(headers, status, trailers, dispose, state);

    private sealed class Delegates(
        Func<object, Task<Metadata>> headers, Func<object, Status> status, Func<object, Metadata> trailers, Action<object> dispose, object state)
        : AsyncCallState
    {
        public override Task<Metadata> ResponseHeadersAsync() => headers(state);

        public override Status GetStatus() => status(state);

        public override Metadata GetTrailers() => trailers(state);

        public override void Dispose() => dispose(state);
    }
}
