namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// The reads and writes of a call that are under way. A handler may return and leave one behind, and it works on objects that the server uses
/// again for the next call: whoever ends the call waits for it. One word: how many there are, and a bit for the call's end.
/// </summary>
internal struct CallUses
{
    private const int Ended = 1 << 30;

    private int _state;
    private TaskCompletionSource? _idle;

    /// <summary>Completes when the call has ended and nothing is under way.</summary>
    public Task WhenIdle => Idle().Task;

    /// <summary>Begins a read or a write; <see cref="Leave"/> follows whatever happens.</summary>
    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public void Enter()
    {
        if ((Interlocked.Increment(ref _state) & Ended) != 0)
        {
            Leave();
            throw new InvalidOperationException("The call has ended.");
        }
    }

    /// <summary>Ends a read or a write.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _state) == Ended)
        {
            Idle().TrySetResult();
        }
    }

    /// <summary>Nothing begins from now on. False: something is still under way.</summary>
    public bool TryEnd() => (Interlocked.Or(ref _state, Ended) & ~Ended) == 0;

    /// <summary>Made by the first who asks: hardly a handler leaves something behind.</summary>
    private TaskCompletionSource Idle()
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.CompareExchange(ref _idle, made, null) ?? made;
    }
}
