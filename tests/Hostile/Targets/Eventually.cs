using System.Diagnostics;

namespace Exchange.Hostile.Tests.Targets;

/// <summary>Waits for a condition that must come true, however busy the machine is.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public static async Task HoldsAsync(Func<bool> condition, Func<string> otherwise)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > HostileSettings.Hang)
            {
                throw new HostileFinding(otherwise());
            }

            await Task.Delay(Step);
        }
    }
}
