using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Exchange.Audit;
using Exchange.Audit.Storage;
using Exchange.Benches.Load.Logs;

namespace Exchange.Benches.Micro.Audit.Appending;

/// <summary>
/// Appends by callers that do something else in between, as transfers do: some slices of work on the pool, with which they keep all processors
/// busy from a few callers on. What they cost is what the same work without the log takes less.
/// </summary>
internal static class ThinkingTable
{
    internal const string Name = "thinking";

    private const int LongestSlices = 8;
    private const int SliceTurns = 12_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(3);

    /// <summary>Measures and prints.</summary>
    /// <param name="output">Gets the table.</param>
    /// <param name="folder">On the disk that is measured.</param>
    /// <param name="gathering">Microseconds that the appender waits for more; as the log has it by itself when left out.</param>
    internal static async Task PrintAsync(TextWriter output, string folder, string? gathering)
    {
        folder = Directory.CreateDirectory(Path.Combine(folder, Name)).FullName;
        await output.WriteLineAsync($"Each caller works for 10 to {15 * (LongestSlices - 1)} µs of a processor, then appends and waits until that is durable. Processor time is that of all, the work included; beside it stands the same without appends.\n");
        await output.WriteLineAsync("| callers | appends/s | entries a commit | p50 µs of an append | p99 µs | processor µs for each | processor µs without the log | appender's thread µs for each | bytes allocated for each |");
        await output.WriteLineAsync("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var callers in (int[])[1, 8, 64, 256])
        {
            var bare = await MeasureAsync(null, callers, null);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var place = Directory.CreateDirectory(Path.Combine(folder, callers.ToString(CultureInfo.InvariantCulture))).FullName;
            var segments = new CountedStorage(new FileLogStorage(Path.Combine(place, "log")));
            var files = new AuditLogFiles(segments, new FileLogStorage(Path.Combine(place, "tiles")));
            await using (var log = AuditLog.Open(Options(gathering), files, new AuditLogKeys(key), TimeProvider.System))
            {
                var row = await MeasureAsync(log, callers, segments);
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {callers} | {row.Rate:N0} | {row.EntriesEach:F1} | {row.Median:F0} | {row.Late:F0} | {row.ProcessorEach:F1} | {bare.ProcessorEach:F1} | {row.AppenderEach:F1} | {row.AllocatedEach:F0} |"));
            }

            Directory.Delete(place, recursive: true);
        }

        Directory.Delete(folder);
    }

    private static AuditLogOptions Options(string? gathering)
    {
        var options = new AuditLogOptions { Origin = "exchange.test/bench" };
        return gathering is null ? options : options with { GatheringTime = TimeSpan.FromMicroseconds(int.Parse(gathering, CultureInfo.InvariantCulture)) };
    }

    private static async Task<Row> MeasureAsync(AuditLog? log, int callers, CountedStorage? segments)
    {
        var stop = new Stop();
        var taken = new List<double>[callers];
        var done = new long[callers];
        var tasks = Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(log, caller, stop, taken[caller] = [], done))).ToArray();
        await Task.Delay(WarmUp);
        var (count, syncs, bytes) = (Total(done), segments?.Syncs ?? 0, GC.GetTotalAllocatedBytes());
        var (processor, appender, start) = (Environment.CpuUsage.TotalTime, AppenderTime(), Stopwatch.GetTimestamp());
        stop.IsMeasured = true;
        await Task.Delay(Measured);
        stop.IsMeasured = false;
        var (appended, used, appending, elapsed) = (Total(done) - count, Environment.CpuUsage.TotalTime - processor, AppenderTime() - appender, Stopwatch.GetElapsedTime(start));
        var (synced, allocated) = ((segments?.Syncs ?? 0) - syncs, GC.GetTotalAllocatedBytes() - bytes);
        stop.IsOver = true;
        await Task.WhenAll(tasks);
        double[] all = [.. taken.SelectMany(each => each).Order()];
        var each = (double)appended;
        return new(each / elapsed.TotalSeconds, each / synced, all[all.Length / 2], all[all.Length * 99 / 100], used.TotalMicroseconds / each, appending.TotalMicroseconds / each, allocated / each);
    }

    private static async Task CallAsync(AuditLog? log, int caller, Stop stop, List<double> taken, long[] done)
    {
        var random = new Random(caller);
        byte[][] bodies = [.. Enumerable.Range(0, 64).Select(_ => SomeEntry.Body(random))];
        var bounds = Array.ConvertAll(bodies, SomeEntry.Bound);
        for (var next = 0; !stop.IsOver; next = (next + 1) % bodies.Length)
        {
            for (var slices = random.Next(1, LongestSlices); slices > 0; slices--)
            {
                _ = Work();
                await Task.Yield();
            }

            var (isMeasured, start) = (stop.IsMeasured, Stopwatch.GetTimestamp());
            if (log is not null && !(await log.AppendAsync(bodies[next], bounds[next])).IsDurable)
            {
                throw new InvalidOperationException($"The log refused: {log.Fault?.Message}");
            }

            Volatile.Write(ref done[caller], done[caller] + 1);
            if (isMeasured)
            {
                taken.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        }
    }

    /// <summary>Ten to fifteen microseconds of arithmetic, always the same.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Work()
    {
        var value = 1UL;
        for (var turn = 0; turn < SliceTurns; turn++)
        {
            value = (value * 6364136223846793005) + 1442695040888963407;
        }

        return value;
    }

    private static long Total(long[] done)
    {
        var total = 0L;
        foreach (ref var one in done.AsSpan())
        {
            total += Volatile.Read(ref one);
        }

        return total;
    }

    /// <summary>Processor time of the appender's thread, where the system tells it.</summary>
    private static TimeSpan AppenderTime()
    {
        if (!Directory.Exists("/proc/self/task"))
        {
            return TimeSpan.Zero;
        }

        var thread = Directory.EnumerateDirectories("/proc/self/task").FirstOrDefault(folder => File.ReadAllText(Path.Combine(folder, "comm")).StartsWith("audit appender", StringComparison.Ordinal));
        return thread is null ? TimeSpan.Zero : TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture) / 1000.0);
    }

    private sealed class Stop
    {
        internal volatile bool IsMeasured;
        internal volatile bool IsOver;
    }

    private readonly record struct Row(double Rate, double EntriesEach, double Median, double Late, double ProcessorEach, double AppenderEach, double AllocatedEach);
}
