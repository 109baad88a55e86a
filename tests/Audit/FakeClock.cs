namespace Exchange.Audit.Tests;

/// <summary>A clock that a test moves, forwards or back.</summary>
internal sealed class FakeClock(DateTimeOffset now) : TimeProvider
{
    private long _ticks = now.UtcTicks;
    private long _elapsed = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    /// <summary>Time passes.</summary>
    internal void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        Interlocked.Add(ref _elapsed, by.Ticks);
    }

    /// <summary>Somebody sets the clock.</summary>
    internal void Step(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
