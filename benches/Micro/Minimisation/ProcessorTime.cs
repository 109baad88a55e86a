namespace Exchange.Benches.Micro.Minimisation;

/// <summary>Measures by the time that the process has had a processor, collection of garbage included.</summary>
internal static class ProcessorTime
{
    private const int Rounds = 15;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);

    /// <summary>For each way the median over the rounds, in which the ways take turns: nanoseconds and bytes of one call.</summary>
    public static (double Nanoseconds, double Allocated)[] Measure(params Action[] ways)
    {
        var calls = Array.ConvertAll(ways, way => CallsIn(way, Round));
        var taken = Array.ConvertAll(ways, _ => new List<(double Nanoseconds, double Allocated)>());
        for (var round = 0; round < Rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                GC.Collect(); // So that no way pays for what another has left behind.
                var (before, bytes) = (Now, GC.GetAllocatedBytesForCurrentThread());
                for (var call = 0; call < calls[way]; call++)
                {
                    ways[way]();
                }

                taken[way].Add(((Now - before).TotalNanoseconds / calls[way], (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / calls[way]));
            }
        }

        return Array.ConvertAll(taken, all => all.OrderBy(one => one.Nanoseconds).ElementAt(Rounds / 2));
    }

    private static TimeSpan Now => Environment.CpuUsage.TotalTime;

    /// <summary>Runs a way until it is compiled for good, and finds how many calls fill a time.</summary>
    private static int CallsIn(Action way, TimeSpan time)
    {
        var calls = 0;
        var start = Now;
        while (Now - start < WarmUp)
        {
            way();
            calls++;
        }

        (calls, start) = (0, Now);
        while (Now - start < time)
        {
            for (var more = 0; more < 10; more++, calls++)
            {
                way();
            }
        }

        return calls;
    }
}
