using System.Diagnostics;

namespace Exchange.Hostile.Tests.Targets;

/// <summary>What this process holds: reachable objects after a full collection, and pages of the machine.</summary>
internal readonly record struct MemoryGauge(long Heap, long WorkingSet)
{
    private const double MiB = 1024 * 1024;

    public static MemoryGauge Read()
    {
        // Twice: what a finaliser lets go of is collected by the second.
        for (var round = 0; round < 2; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return new MemoryGauge(GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64);
    }

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"heap {Heap / MiB:0.0} MiB, working set {WorkingSet / MiB:0} MiB");
}
