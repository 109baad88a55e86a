namespace Grpc.Core.Deadlines;

/// <summary>
/// The timer of a deadline, which serves call after call. Nearly every call ends long before its deadline, and the timers of a process stand in queues
/// under a lock: so a timer that is set stays set when its call ends, and the next call moves it only to make it fire earlier. One that fires for a
/// call which still has time is set again by that call; one that fires for nobody rests:
/// <code>
///   resting --Set--> set, for a call --Silence--> set, for nobody --Set, later----> set, for a call     the timer is not touched
///                                                                 --Set, earlier--> set, for a call     the timer is moved
/// </code>
/// </summary>
/// <param name="clock">By whose timers it fires.</param>
internal sealed class Alarm(TimeProvider clock) : IDisposable
{
    /// <summary>The longest that a timer can wait; a later deadline is waited for in several steps.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(49);

    private readonly Lock _gate = new();
    private ITimer? _timer;
    private IAlarmed? _call;
    private long _firesAt = long.MaxValue; // A timestamp of the clock; this value while the timer rests.

    /// <summary>Takes a call, which is told after a time at the latest.</summary>
    public void Set(IAlarmed call, TimeSpan left)
    {
        lock (_gate)
        {
            _call = call;
            FireWithin(left);
        }
    }

    /// <summary>The same for a call that was told too early, unless it has ended meanwhile and the alarm is another's.</summary>
    public void SetAgain(IAlarmed call, TimeSpan left)
    {
        lock (_gate)
        {
            if (_call == call)
            {
                FireWithin(left);
            }
        }
    }

    /// <summary>Lets go of the call. It may be told once more, if the timer has fired at this moment.</summary>
    public void Silence()
    {
        lock (_gate)
        {
            _call = null;
        }
    }

    /// <summary>Ends the timer.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _call = null;
            _timer?.Dispose();
        }
    }

    private void FireWithin(TimeSpan left)
    {
        var wait = left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestWait ? left : LongestWait;
        var due = clock.GetTimestamp() + (long)(wait.TotalSeconds * clock.TimestampFrequency);
        if (due >= _firesAt)
        {
            return;
        }

        _firesAt = due;
        _timer ??= clock.CreateTimer(static alarm => ((Alarm)alarm!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        IAlarmed? call;
        lock (_gate)
        {
            _firesAt = long.MaxValue;
            call = _call;
        }

        call?.OnAlarm();
    }
}
