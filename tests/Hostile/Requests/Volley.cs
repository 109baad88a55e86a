namespace Exchange.Hostile.Tests.Requests;

/// <summary>Fires many cases from consecutive seeds, several at a time, and names the seed of the first that finds something.</summary>
internal static class Volley
{
    private const int AtATime = 16;

    /// <summary>Fires until so many cases have been judged; a shot says how many it judged. Returns their number.</summary>
    /// <exception cref="HostileFinding">A case found something, or hung.</exception>
    public static async Task<int> FireAsync(int cases, Func<int, Task<int>> shoot)
    {
        var (judged, next) = (0, HostileSettings.Seed - 1);
        using var found = new CancellationTokenSource();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(AtATime, cases)).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref judged) < cases && !found.IsCancellationRequested)
            {
                var seed = Interlocked.Increment(ref next);
                try
                {
                    Interlocked.Add(ref judged, await shoot(seed).WaitAsync(HostileSettings.Hang));
                }
                catch (Exception e)
                {
                    // Everything: whatever a case ends in is a finding, and belongs to its seed.
                    await found.CancelAsync();
                    throw new HostileFinding($"EXCHANGE_HOSTILE_SEED={seed} EXCHANGE_HOSTILE_CASES=1 reproduces: {e.GetType().Name}: {e.Message} {e.StackTrace}");
                }
            }
        })));
        return judged;
    }
}
