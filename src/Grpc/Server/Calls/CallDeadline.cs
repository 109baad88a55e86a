using Grpc.Core.Deadlines;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// What a call with a deadline needs besides: an alarm, and a token that the deadline shares with the connection's end. Nearly all calls end before their
/// deadline and without anybody cancelling them, and what they leave serves the next (<see cref="CallDeadlines"/>).
/// </summary>
internal sealed class CallDeadline(TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Alarm _alarm = new(clock);
    private CancellationTokenRegistration _aborted;
    private TaskCompletionSource? _answered;

    /// <summary>Fires when the deadline has passed or the connection has ended.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>The deadline's answer on its way to the client, if the deadline gave one.</summary>
    public Task Answer { get; set; } = Task.CompletedTask;

    /// <summary>Completes when the alarm, which has come, does not touch the call any more.</summary>
    public Task WhenAnswered => Done().Task;

    /// <summary>Takes a call; its alarm is not set yet.</summary>
    /// <param name="aborted">Fires with the connection's end.</param>
    public void Begin(CancellationToken aborted) =>
        _aborted = aborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _cancellation);

    /// <summary>Sets the alarm, once the call can be answered by it.</summary>
    public void Arm(IAlarmed call, TimeSpan left) => _alarm.Set(call, left);

    /// <summary>The same for an alarm that came too early.</summary>
    public void ArmAgain(IAlarmed call, TimeSpan left) => _alarm.SetAgain(call, left);

    /// <summary>Fires the token, elsewhere: what the handler hung on it may take its time, or throw.</summary>
    public Task CancelAsync() => _cancellation.CancelAsync();

    /// <summary>The alarm does not touch the call any more.</summary>
    public void Answered() => Done().TrySetResult();

    /// <summary>The call has ended: no alarm, and no end of the connection, reaches it from now on.</summary>
    public void End()
    {
        _alarm.Silence();
        _aborted.Dispose();
    }

    /// <summary>Whether the next call may have it: nobody has cancelled. What the last call hung on the token is off it then.</summary>
    public bool TryReset() => _cancellation.TryReset();

    /// <inheritdoc/>
    public void Dispose() => _alarm.Dispose(); // Not the token source: a handler that outlives its call may still look at its token.

    /// <summary>Made by the first who asks: few calls run into their deadline.</summary>
    private TaskCompletionSource Done()
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.CompareExchange(ref _answered, made, null) ?? made;
    }
}
