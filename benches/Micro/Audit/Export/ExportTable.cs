using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Exchange.Audit.Export;
using Exchange.Audit.Export.Lines;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Queries;
using Exchange.Audit.Reading;
using Exchange.Benches.Micro.Audit.Verification;
using Exchange.Format.V1;

namespace Exchange.Benches.Micro.Audit.Export;

/// <summary>
/// Entries that are exported or indexed in a second, what a query costs, and peak memory, each in a process of its own over files that the system has
/// just written and so holds in memory. Run as <c>audit-export [entries]</c>; without, all rows.
/// </summary>
internal static class ExportTable
{
    internal const string Name = "audit-export";

    private const int GroupEntries = 1000;

    private static readonly ulong[] Sizes = [100_000, 1_000_000];
    private static readonly string[] Works = ["hash tiles from the chain", "tiles, with those", "JSON Lines", "ECS", "index", "selective query, index there"];

    internal static void Run(string[] args, TextWriter output)
    {
        if (args is ["do", var work, var folder])
        {
            Do(work, folder, output);
            return;
        }

        output.WriteLine("| what | entries | entries/s | seconds | processor seconds | peak memory |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|");
        foreach (var count in args is [var entries] ? [ulong.Parse(entries, CultureInfo.InvariantCulture)] : Sizes)
        {
            var place = Directory.CreateTempSubdirectory("exchange-export-").FullName;
            try
            {
                GeneratedLog.Write(Path.Combine(place, "log"), count, GroupEntries);
                foreach (var what in Works)
                {
                    output.WriteLine(Measure(what, place, count));
                }
            }
            finally
            {
                Directory.Delete(place, recursive: true);
            }
        }
    }

    private static string Measure(string work, string folder, ulong count)
    {
        string[] arguments = ["exec", typeof(ExportTable).Assembly.Location, Name, "do", work, folder];
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var measured = child.StandardOutput.ReadToEnd().Trim().Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToList();
        child.WaitForExit();
        return string.Create(CultureInfo.InvariantCulture, $"| {work} | {count:N0} | {count / measured[0]:N0} | {measured[0]:0.000} | {measured[1]:0.00} | {measured[2] / 1e6:0} MB |");
    }

    private static void Do(string work, string folder, TextWriter output)
    {
        var log = new LogReader(Path.Combine(folder, "log"));
        var size = log.Size;
        var target = Directory.CreateDirectory(Path.Combine(folder, "out")).FullName;
        var clock = Stopwatch.StartNew();
        switch (work)
        {
            case "hash tiles from the chain":
                ComputedTiles.Of(log, size, Path.Combine(folder, "tiles")).Dispose();
                break;
            case "tiles, with those":
                WriteTiles(log, size, folder, Path.Combine(target, "tiles"));
                break;
            case "JSON Lines":
                new LineExport(log, GeneratedLog.Origin, () => new JsonLineFormat()).Run(0, size, Path.Combine(target, "jsonl"));
                break;
            case "ECS":
                new LineExport(log, GeneratedLog.Origin, () => new EcsLineFormat(GeneratedLog.Origin)).Run(0, size, Path.Combine(target, "ecs"));
                break;
            case "index":
                new EntryIndex(log, Path.Combine(folder, "index")).Build();
                break;
            default:
                Query(log, folder);
                break;
        }

        var seconds = clock.Elapsed.TotalSeconds;
        Directory.Delete(target, recursive: true);
        using var self = Process.GetCurrentProcess();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds} {Environment.CpuUsage.TotalTime.TotalSeconds} {self.PeakWorkingSet64}"));
    }

    private static void WriteTiles(LogReader log, ulong size, string folder, string target)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var tiles = ComputedTiles.Of(log, size, Path.Combine(folder, "tiles"));
        var checkpoint = new Checkpoint(GeneratedLog.Origin, size, new TiledTree(tiles, size).Root(size)).Sign(EcdsaNoteKey.Signer(GeneratedLog.Origin, key));
        var published = new PublishedLog(log, tiles, new One(size, checkpoint), new PublishedFolders());
        using var files = published.Open()!;
        TileExport.Run(published, files, (0, size), target);
    }

    /// <summary>One transfer of all, by a process that has not used the index before.</summary>
    private static void Query(LogReader log, string folder)
    {
        using var entries = log.Entries(log.Size / 2, (log.Size / 2) + 1);
        entries.MoveNext();
        var id = AuditEntry.Parser.ParseFrom(entries.Current).TransferId.Memory;
        if (new EntryIndex(log, Path.Combine(folder, "index")).Find(new EntryQuery { TransferId = id }).Count() != 1)
        {
            throw new InvalidOperationException("The transfer was not found.");
        }
    }

    private sealed class One(ulong size, SignedNote note) : IPublishedCheckpoints
    {
        public SignedNote? Newest => note;

        public IEnumerable<ulong> Kept => [size];

        public SignedNote? Of(ulong wanted) => wanted == size ? note : null;
    }
}
