namespace Exchange.Audit.Appending;

/// <summary>
/// What the appender waits at: one waits, one of many rings. A ring before the wait is not lost. The two ways differ in how finely they keep time.
/// </summary>
internal abstract class Bell : IDisposable
{
    /// <summary>The finest that the system has.</summary>
    internal static Bell Create() => (Bell?)NativeBell.TryCreate() ?? new MillisecondBell();

    public abstract void Dispose();

    /// <summary>Ends the wait, or the next one.</summary>
    internal abstract void Ring();

    /// <summary>
    /// Waits for one ring, which is then used up; or until a time is over: false. For ever, with
    /// <see cref="Timeout.InfiniteTimeSpan"/>.
    /// </summary>
    internal abstract bool Wait(TimeSpan time);
}

/// <summary>.NET's own waiting, in whole milliseconds, rounded up.</summary>
internal sealed class MillisecondBell : Bell
{
    private readonly AutoResetEvent _rung = new(initialState: false);

    public override void Dispose() => _rung.Dispose();

    internal override void Ring() => _rung.Set();

    internal override bool Wait(TimeSpan time) => _rung.WaitOne(time == Timeout.InfiniteTimeSpan ? Timeout.Infinite : (int)Math.Ceiling(time.TotalMilliseconds));
}
