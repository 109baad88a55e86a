using System.Threading.Tasks.Sources;
using Exchange.Vocabulary;

namespace Exchange.Audit.Appending;

/// <summary>One caller's append while it waits; pooled, and used again once its caller has taken the result.</summary>
internal sealed class PendingAppend(AppendQueue owner) : IValueTaskSource<AppendResult>
{
    // Callers go on elsewhere: what they do next must not hold up the group behind them.
    private ManualResetValueTaskSourceCore<AppendResult> _completion = new() { RunContinuationsAsynchronously = true };

    internal ReadOnlyMemory<byte> Body { get; private set; }

    internal Digest Bound { get; private set; }

    internal IReleaseGate? Gate { get; private set; }

    internal bool IsCritical { get; private set; }

    internal ValueTask<AppendResult> Task => new(this, _completion.Version);

    internal void Begin(ReadOnlyMemory<byte> body, in Digest bound, IReleaseGate? gate, bool isCritical) =>
        (Body, Bound, Gate, IsCritical) = (body, bound, gate, isCritical);

    /// <summary>Answers the caller, who may hand this object to another append at once: touch it no more.</summary>
    internal void Complete(in AppendResult result) => _completion.SetResult(result);

    public AppendResult GetResult(short token)
    {
        var result = _completion.GetResult(token);
        _completion.Reset();
        (Body, Gate) = (default, null);
        owner.Return(this);
        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
