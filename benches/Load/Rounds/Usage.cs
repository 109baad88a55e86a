using System.Globalization;

namespace Exchange.Benches.Load.Rounds;

/// <summary>What a process has used since its start: CPU time of all threads, user and system, and bytes allocated on the managed heap.</summary>
/// <param name="CpuMicroseconds">Microseconds of CPU.</param>
/// <param name="AllocatedBytes">Bytes; null for a process that is not managed.</param>
internal sealed record Usage(double CpuMicroseconds, long? AllocatedBytes)
{
    private const string StatusFile = "/proc/self/status";
    private const string PeakLine = "VmHWM:";

    /// <summary>The most memory that was resident at a time since the start, bytes; null where the system does not say.</summary>
    public long? PeakBytes { get; init; }

    /// <summary>What the process counted; null unless it is a node.</summary>
    public NodeCounts? Counts { get; init; }

    public static Usage OfThisProcess() =>
        new(Environment.CpuUsage.TotalTime.TotalMicroseconds, GC.GetTotalAllocatedBytes(precise: true)) { PeakBytes = ReadPeak() };

    /// <summary>What was used in between; the peak stays that of the whole life.</summary>
    public Usage Since(Usage earlier) => this with
    {
        CpuMicroseconds = CpuMicroseconds - earlier.CpuMicroseconds,
        AllocatedBytes = AllocatedBytes - earlier.AllocatedBytes,
        Counts = Counts?.Since(earlier.Counts),
    };

    /// <summary>The line reads <c>VmHWM:	  123456 kB</c>.</summary>
    private static long? ReadPeak() =>
        File.Exists(StatusFile) && File.ReadLines(StatusFile).FirstOrDefault(line => line.StartsWith(PeakLine, StringComparison.Ordinal)) is { } line
            ? 1024 * long.Parse(line.AsSpan(PeakLine.Length, line.Length - PeakLine.Length - 2).Trim(), CultureInfo.InvariantCulture) : null;
}
