using System.Diagnostics;
using System.Globalization;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Verifier;

namespace Exchange.Benches.Micro.Audit.Verification;

/// <summary>
/// Entries that the verifier checks in a second, and its peak memory: each log is verified by a process of its own, from files that the system has
/// just written and so holds in memory. Run as <c>audit-verification [entries] [entries in a group]</c>; without, all rows.
/// </summary>
internal static class VerificationTable
{
    internal const string Name = "audit-verification";

    private const int Rounds = 3;

    private static readonly (ulong Entries, int Group)[] Rows = [(100_000, 1000), (1_000_000, 1000), (10_000_000, 1000), (100_000, 4), (1_000_000, 4)];

    internal static void Run(string[] args, TextWriter output)
    {
        if (args is ["verify", var log, var key, var used])
        {
            Verify(log, key, int.Parse(used, CultureInfo.InvariantCulture), output);
            return;
        }

        output.WriteLine("| entries | in groups of | cores | entries/s | seconds | processor seconds | peak memory |");
        output.WriteLine("|--:|--:|--:|--:|--:|--:|--:|");
        var rows = args is [var entries, var group] ? [(ulong.Parse(entries, CultureInfo.InvariantCulture), int.Parse(group, CultureInfo.InvariantCulture))] : Rows;
        foreach (var (count, size) in rows)
        {
            var folder = Directory.CreateTempSubdirectory("exchange-verification-").FullName;
            try
            {
                var keyFile = Path.Combine(folder, "receipt.pub.pem");
                File.WriteAllText(keyFile, GeneratedLog.Write(Path.Combine(folder, "log"), count, size));
                foreach (var cores in new[] { 1, Environment.ProcessorCount }.Distinct())
                {
                    output.WriteLine(Enumerable.Range(0, Rounds).Select(_ => Measure(folder, keyFile, cores, count, size)).OrderBy(row => row.Seconds).ElementAt(Rounds / 2).Line);
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static (double Seconds, string Line) Measure(string folder, string keyFile, int cores, ulong count, int size)
    {
        var program = typeof(VerificationTable).Assembly.Location;
        string[] arguments = ["exec", program, Name, "verify", Path.Combine(folder, "log"), keyFile, cores.ToString(CultureInfo.InvariantCulture)];
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var measured = child.StandardOutput.ReadToEnd().Trim().Split(' ');
        child.WaitForExit();
        var (entries, seconds, processor, peak) = (
            ulong.Parse(measured[0], CultureInfo.InvariantCulture),
            double.Parse(measured[1], CultureInfo.InvariantCulture),
            double.Parse(measured[2], CultureInfo.InvariantCulture),
            long.Parse(measured[3], CultureInfo.InvariantCulture));
        return entries != count
            ? throw new InvalidOperationException($"{entries} entries of {count} were verified.")
            : (seconds, string.Create(CultureInfo.InvariantCulture, $"| {count:N0} | {size:N0} | {cores} | {count / seconds:N0} | {seconds:0.00} | {processor:0.00} | {peak / 1e6:0} MB |"));
    }

    private static void Verify(string log, string keyFile, int cores, TextWriter output)
    {
        using var keys = new ReceiptKeys();
        keys.AddPem(File.ReadAllText(keyFile));
        var clock = Stopwatch.StartNew();
        var report = LogVerification.Run(log, new() { Keys = keys, Cores = cores });
        var seconds = clock.Elapsed.TotalSeconds;
        if (!report.IsVerified)
        {
            throw new InvalidOperationException($"{report.Problem}");
        }

        using var self = Process.GetCurrentProcess();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Size} {seconds} {Environment.CpuUsage.TotalTime.TotalSeconds} {self.PeakWorkingSet64}"));
    }
}
