using System.Runtime.InteropServices;

namespace Exchange.Benches.Load.Reports;

/// <summary>Where a run was made: without it, its figures say little.</summary>
internal static class Machine
{
    private const string CpuFile = "/proc/cpuinfo";
    private const string LoadFile = "/proc/loadavg";

    public static string Describe() =>
        $"{Environment.ProcessorCount} cores{Cpu()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}{Load()}";

    private static string Cpu() => !File.Exists(CpuFile) ? string.Empty
        : File.ReadLines(CpuFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? $" of {line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()}" : string.Empty;

    private static string Load() => File.Exists(LoadFile) ? $"; load of the last minute, this run's included: {File.ReadAllText(LoadFile).Split(' ')[0]}" : string.Empty;
}
