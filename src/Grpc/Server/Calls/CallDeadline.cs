namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The timer of a call's deadline and the token that it shares with the connection's end.</summary>
internal sealed class CallDeadline : IDisposable
{
    /// <summary>The longest that a timer can wait; a later deadline is waited for in several steps.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(49);

    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration _aborted;
    private readonly ServerCall _call;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private TaskCompletionSource? _answered;

    private CallDeadline(ServerCall call, TimeProvider clock, DateTimeOffset time, CancellationToken aborted)
    {
        _call = call;
        _clock = clock;
        Time = time;
        Token = _cancellation.Token; // Kept: a handler that outlives its call may still look at it.
        _aborted = aborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _cancellation);
        _timer = clock.CreateTimer(static deadline => ((CallDeadline)deadline!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DateTimeOffset Time { get; }

    public CancellationToken Token { get; }

    /// <summary>A deadline that runs out after a time; null for one beyond the calendar.</summary>
    public static CallDeadline? Start(ServerCall call, TimeProvider clock, TimeSpan timeout, CancellationToken aborted)
    {
        var now = clock.GetUtcNow();
        if (timeout >= DateTimeOffset.MaxValue - now)
        {
            return null;
        }

        return new CallDeadline(call, clock, now + timeout, aborted);
    }

    /// <summary>Starts the timer, once the call can be answered by it.</summary>
    public void Arm()
    {
        var left = Time - _clock.GetUtcNow();
        _timer.Change(left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestWait ? left : LongestWait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fires the token, elsewhere: what the handler hung on it may take its time, or throw.</summary>
    public Task CancelAsync() => _cancellation.CancelAsync();

    /// <summary>Completes when the timer, which has fired, does not touch the call any more.</summary>
    public Task WhenAnswered => Done().Task;

    /// <summary>The timer does not touch the call any more.</summary>
    public void Answered() => Done().TrySetResult();

    /// <summary>The deadline's answer on its way to the client, if the deadline gave one.</summary>
    public Task Answer { get; set; } = Task.CompletedTask;

    public void Dispose()
    {
        _timer.Dispose();
        _aborted.Dispose();
    }

    /// <summary>Made by the first who asks: few calls run into their deadline.</summary>
    private TaskCompletionSource Done()
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.CompareExchange(ref _answered, made, null) ?? made;
    }

    private void OnTimer()
    {
        if (_clock.GetUtcNow() < Time)
        {
            Arm();
            return;
        }

        _ = _call.ExpireAsync();
    }
}
