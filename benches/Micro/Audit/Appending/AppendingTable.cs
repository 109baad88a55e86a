using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Exchange.Audit;
using Exchange.Audit.Storage;
using Exchange.Benches.Load.Logs;

namespace Exchange.Benches.Micro.Audit.Appending;

/// <summary>
/// Durable appends a second on a real disk, by how many callers wait at once; syncs for each append; and how long one waits, beside what a write and
/// a sync of the disk take by themselves.
/// </summary>
internal static class AppendingTable
{
    internal const string Name = "appending";

    private const int Batch = 1000;
    private const string Origin = "exchange.test/bench";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    internal static async Task PrintAsync(TextWriter output, string folder)
    {
        folder = Directory.CreateDirectory(Path.Combine(folder, Name)).FullName;
        var disk = MeasureDisk(Path.Combine(folder, "disk"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"A write of 1,024 bytes and its fdatasync alone: p50 {disk:F0} µs. Entries of {SomeEntry.Bytes} bytes; load {Load()}.\n"));
        await output.WriteLineAsync("| callers | appends/s | syncs for each append | p50 µs | p99 µs | processor µs for each | bytes allocated for each |");
        await output.WriteLineAsync("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var (callers, batch) in ((int, int)[])[(1, 1), (8, 1), (64, 1), (512, 1), (1, Batch), (2, Batch), (4, Batch)])
        {
            var row = await MeasureAsync(Path.Combine(folder, $"{callers}-{batch}"), callers, batch);
            var name = batch == 1 ? callers.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{callers}, in batches of {batch}");
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {row.Rate:N0} | {row.SyncsEach:F4} | {row.Median:F0} | {row.Late:F0} | {row.ProcessorEach:F2} | {row.AllocatedEach:F0} |"));
        }

        Directory.Delete(folder);
    }

    /// <summary>Median of a write of two sectors and its sync, one after another on preallocated space, in microseconds.</summary>
    private static double MeasureDisk(string folder)
    {
        Directory.CreateDirectory(folder);
        using var storage = new FileLogStorage(folder);
        using var file = storage.Create("probe", 8 << 20);
        var taken = new List<double>();
        var bytes = new byte[1024];
        Random.Shared.NextBytes(bytes);
        for (var at = 0; at < 4000; at++)
        {
            var start = Stopwatch.GetTimestamp();
            file.Write(at * bytes.Length, bytes);
            file.Sync();
            taken.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        Directory.Delete(folder, recursive: true);
        return taken.Order().ElementAt(taken.Count / 2);
    }

    private static async Task<(double Rate, double SyncsEach, double Median, double Late, double ProcessorEach, double AllocatedEach)> MeasureAsync(string folder, int callers, int batch)
    {
        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var segments = new CountedStorage(new FileLogStorage(Path.Combine(folder, "log")));
        var files = new AuditLogFiles(segments, new FileLogStorage(Path.Combine(folder, "tiles")));
        var log = AuditLog.Open(new AuditLogOptions { Origin = Origin }, files, new AuditLogKeys(key), TimeProvider.System);
        var stop = new Stop();
        var taken = new List<double>[callers];
        var tasks = Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(log, caller, batch, stop, taken[caller] = []))).ToArray();

        await Task.Delay(WarmUp);
        var (size, syncs, bytes, processor, start) = (log.Size, segments.Syncs, GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        stop.IsMeasured = true;
        await Task.Delay(Measured);
        stop.IsMeasured = false;
        var (appended, synced, allocated, used, elapsed) = (log.Size - size, segments.Syncs - syncs, GC.GetTotalAllocatedBytes() - bytes, Environment.CpuUsage.TotalTime - processor, Stopwatch.GetElapsedTime(start));
        stop.IsOver = true;
        await Task.WhenAll(tasks);
        await log.DisposeAsync();
        Directory.Delete(folder, recursive: true);

        double[] all = [.. taken.SelectMany(each => each).Order()];
        return (appended / elapsed.TotalSeconds, synced / (double)appended, all[all.Length / 2], all[all.Length * 99 / 100], used.TotalMicroseconds / appended, allocated / (double)appended);
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once; a task would be one more allocation, and allocations are counted here.")]
    private static async Task CallAsync(AuditLog log, int caller, int batch, Stop stop, List<double> taken)
    {
        var random = new Random(caller);
        byte[][] bodies = [.. Enumerable.Range(0, 64).Select(_ => SomeEntry.Body(random))];
        var bounds = Array.ConvertAll(bodies, SomeEntry.Bound);
        var waiting = new ValueTask<AppendResult>[batch];
        for (var next = 0; !stop.IsOver;)
        {
            var (isMeasured, start) = (stop.IsMeasured, Stopwatch.GetTimestamp());
            for (var i = 0; i < batch; i++, next++)
            {
                waiting[i] = log.AppendAsync(bodies[next % bodies.Length], bounds[next % bodies.Length]);
            }

            for (var i = 0; i < batch; i++)
            {
                if (!(await waiting[i]).IsDurable)
                {
                    throw new InvalidOperationException($"The log refused: {log.Fault?.Message}");
                }
            }

            if (isMeasured)
            {
                taken.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        }
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private sealed class Stop
    {
        internal volatile bool IsMeasured;
        internal volatile bool IsOver;
    }
}
