namespace Exchange.Benches.Load.Rounds;

/// <summary>What a process has used since its start: CPU time of all threads, user and system, and bytes allocated on the managed heap.</summary>
/// <param name="CpuMicroseconds">Microseconds of CPU.</param>
/// <param name="AllocatedBytes">Bytes; null for a process that is not managed.</param>
internal sealed record Usage(double CpuMicroseconds, long? AllocatedBytes)
{
    public static Usage OfThisProcess() =>
        new(Environment.CpuUsage.TotalTime.TotalMicroseconds, GC.GetTotalAllocatedBytes(precise: true));

    public Usage Since(Usage earlier) => new(CpuMicroseconds - earlier.CpuMicroseconds, AllocatedBytes - earlier.AllocatedBytes);
}
