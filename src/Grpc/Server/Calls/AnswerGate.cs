using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// The gate through which a call's answer goes. Two parties may want to answer, the request's own thread and the deadline's timer; exactly one
/// does:
/// <code>
///   open --BeginWrite--> writing --EndWrite--> open          messages and headers
///   open --TryClose----> closed                              the handler has ended, or the deadline has passed
///   writing, deadline passes: the writer, on its way out, finds that it has and closes
/// </code>
/// One word, changed by compare-and-swap: whoever swaps in <see cref="Closed"/> is the one that answers.
/// </summary>
internal struct AnswerGate
{
    private const int Writing = 1;
    private const int Expired = 2;
    private const int Closed = 4;

    private int _state;

    /// <summary>Whether the deadline passed before the call was answered.</summary>
    public readonly bool HasExpired => (Volatile.Read(in _state) & Expired) != 0;

    /// <summary>Begins a write, headers or a message; <see cref="EndWrite"/> follows whatever happens.</summary>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    /// <exception cref="InvalidOperationException">The call has ended, or another write is pending.</exception>
    public void BeginWrite(CancellationToken cancelled)
    {
        int state;
        do
        {
            state = Volatile.Read(ref _state);
            if ((state & Expired) != 0)
            {
                throw new OperationCanceledException("The deadline has passed.", cancelled);
            }

            if (state != 0)
            {
                throw new InvalidOperationException((state & Closed) != 0 ? "The call has ended." : "A write is pending; one at a time.");
            }
        }
        while (Interlocked.CompareExchange(ref _state, Writing, state) != state);
    }

    /// <summary>Ends a write. True: the deadline passed meanwhile, the gate is closed now, and the caller must say so to the client.</summary>
    public bool EndWrite()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var answers = (state & (Expired | Closed)) == Expired;
            var next = (state & ~Writing) | (answers ? Closed : 0);
            if (Interlocked.CompareExchange(ref _state, next, state) == state)
            {
                return answers;
            }
        }
    }

    /// <summary>True for the one that may answer.</summary>
    public bool TryClose() => (Interlocked.Or(ref _state, Closed) & Closed) == 0;

    /// <summary>The deadline has passed. False: the call was answered already. Otherwise says whether the caller answers, or the writer that is at it.</summary>
    public bool TryExpire(out bool answers)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            answers = (state & Writing) == 0;
            if ((state & Closed) != 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state, state | Expired | (answers ? Closed : 0), state) == state)
            {
                return true;
            }
        }
    }
}
