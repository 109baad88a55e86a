namespace Exchange.Node.Tests.Worlds;

/// <summary>
/// A clock that a test moves. It begins with the real time, since certificates are looked at as well. Wall clock and monotonic clock go
/// together unless somebody steps; timers go by the monotonic one, and fire when it passes them.
/// </summary>
internal sealed class NodeClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private TimeSpan _elapsed = TimeSpan.FromHours(1);
    private DateTimeOffset _start = System.GetUtcNow() - TimeSpan.FromHours(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _start + _elapsed;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsed.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Time passes.</summary>
    internal void Advance(TimeSpan time)
    {
        FakeTimer[] due;
        lock (_gate)
        {
            _elapsed += time;
            due = [.. _timers.Where(timer => timer.TryPass(_elapsed))];
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    /// <summary>Somebody sets the wall clock.</summary>
    internal void Step(TimeSpan by)
    {
        lock (_gate)
        {
            _start += by;
        }
    }

    /// <summary>Fires once however many periods have passed, as a timer does whose callback was late.</summary>
    private sealed class FakeTimer(NodeClock clock, Action fire) : ITimer
    {
        private TimeSpan? _due;
        private TimeSpan _period;

        public void Fire() => fire();

        public bool TryPass(TimeSpan elapsed)
        {
            if (_due is not { } due || due > elapsed)
            {
                return false;
            }

            _due = _period > TimeSpan.Zero ? elapsed + _period : null;
            return true;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var now = dueTime == TimeSpan.Zero;
            lock (clock._gate)
            {
                (_due, _period) = (dueTime >= TimeSpan.Zero ? clock._elapsed + dueTime : null, period);
                if (now)
                {
                    _due = period > TimeSpan.Zero ? clock._elapsed + period : null;
                }

                clock._timers.Remove(this);
                clock._timers.Add(this);
            }

            if (now)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static fire => fire(), fire, preferLocal: false);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
