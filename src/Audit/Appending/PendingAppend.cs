using System.Threading.Tasks.Sources;
using Exchange.Vocabulary;

namespace Exchange.Audit.Appending;

/// <summary>
/// One caller's append while it waits: a link of the queue, then of the list of those who are answered. Used again once its caller has taken
/// the result, by whoever appends next on that caller's thread.
/// </summary>
internal sealed class PendingAppend : IValueTaskSource<AppendResult>
{
    /// <summary>More links than a thread ever has use for are left to the garbage collector.</summary>
    private const int MaximumFree = 1024;

    [ThreadStatic]
    private static PendingAppend? _free;

    // Callers go on where they are answered, on the pool (Answers) and never on the appender's thread.
    private ManualResetValueTaskSourceCore<AppendResult> _completion;
    private AppendResult _result;

    internal ReadOnlyMemory<byte> Body { get; private set; }

    internal Digest Bound { get; private set; }

    internal IReleaseGate? Gate { get; private set; }

    internal bool IsCritical { get; private set; }

    /// <summary>The next link of whichever list this one is in: one owner at a time writes it.</summary>
    internal PendingAppend? Next { get; set; }

    /// <summary>How many links the list has from here to its end.</summary>
    internal int Depth { get; set; }

    internal ValueTask<AppendResult> Task => new(this, _completion.Version);

    internal static PendingAppend Begin(ReadOnlyMemory<byte> body, in Digest bound, IReleaseGate? gate, bool isCritical)
    {
        var pending = _free ?? new PendingAppend();
        (_free, pending.Next) = (pending.Next, null);
        (pending.Body, pending.Bound, pending.Gate, pending.IsCritical) = (body, bound, gate, isCritical);
        return pending;
    }

    /// <summary>The appender's side: what the caller will be told.</summary>
    internal void Decide(in AppendResult result) => _result = result;

    /// <summary>Tells the caller, who goes on within this call, and may hand this object to another append at once: touch it no more.</summary>
    internal void Answer() => _completion.SetResult(_result);

    public AppendResult GetResult(short token)
    {
        var result = _completion.GetResult(token);
        _completion.Reset();
        (Body, Gate, _result) = (default, null, default);
        var depth = _free is null ? 1 : _free.Depth + 1;
        if (depth <= MaximumFree)
        {
            (Next, Depth, _free) = (_free, depth, this);
        }

        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
