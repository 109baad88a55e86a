using Exchange.Vocabulary;

namespace Exchange.Node.Operations;

/// <summary>
/// Notices that somebody, or a time server, has set the clock: between two looks the wall clock must have gone as far as the monotonic one.
/// What a time server corrects by slewing stays far below the tolerance. A machine that slept looks like a clock that was set forward.
/// </summary>
internal sealed class ClockWatch(TimeProvider clock)
{
    /// <summary>As much as the log itself tolerates.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private Instant _shown = clock.Now();
    private long _stamp = clock.GetTimestamp();

    /// <summary>The step since the last look, if there was one.</summary>
    internal ClockStep? Look()
    {
        var (shown, stamp) = (clock.Now(), clock.GetTimestamp());
        var step = new ClockStep(_shown + clock.GetElapsedTime(_stamp, stamp), shown);
        (_shown, _stamp) = (shown, stamp);
        return step.By.Duration() > Tolerance ? step : null;
    }
}

/// <summary>A clock that was set.</summary>
/// <param name="Expected">What it would have shown.</param>
/// <param name="Shown">What it showed.</param>
internal readonly record struct ClockStep(Instant Expected, Instant Shown)
{
    /// <summary>By how much; negative when it was set back.</summary>
    internal TimeSpan By => Shown - Expected;
}
