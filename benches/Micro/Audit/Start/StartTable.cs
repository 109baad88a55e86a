using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Exchange.Audit;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Storage;
using Exchange.Benches.Load.Logs;

namespace Exchange.Benches.Micro.Audit.Start;

/// <summary>How long a log of many entries takes to open: without tiles yet, after an orderly stop, and after one that was none.</summary>
internal static class StartTable
{
    internal const string Name = "start";

    private const string Origin = "exchange.test/bench";

    internal static async Task PrintAsync(TextWriter output, string folder, ulong entries)
    {
        var (data, segments) = (Path.Combine(folder, Name), Path.Combine(folder, Name, "log"));
        Directory.CreateDirectory(data);
        try
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            TimeSpan made;
            using (var storage = new FileLogStorage(segments))
            {
                made = LogMaker.Make(storage, Origin, key, entries);
            }

            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{entries:N0} entries of {SomeEntry.Bytes} bytes, written in {made.TotalSeconds:F1} s.\n"));
            await output.WriteLineAsync("| start | open s | then until the tiles are there s |");
            await output.WriteLineAsync("|---|---:|---:|");
            await RowAsync(output, "without tiles, which are then made in the background", data, segments, key);
            await RowAsync(output, "after an orderly stop, with a checkpoint of the end", data, segments, key);
            File.Delete(Path.Combine(data, "tiles", "synced"));
            await RowAsync(output, "after a stop that was none, the tiles never synced", data, segments, key);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task RowAsync(TextWriter output, string name, string data, string segments, ECDsa key)
    {
        var signer = Ed25519NoteKey.Signer(Origin, new byte[32]);
        var start = Stopwatch.GetTimestamp();
        await using var log = AuditLog.Open(new AuditLogOptions { Origin = Origin }, AuditLogFiles.In(segments, data), new AuditLogKeys(key) { Checkpoints = [signer] }, TimeProvider.System);
        var opened = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        while (log.Tiles!.Size < log.Size)
        {
            await Task.Delay(10);
        }

        var tiled = Stopwatch.GetElapsedTime(start);
        log.Checkpoints!.Sign();
        new TiledTree(log.Tiles, log.Size).InclusionPath(log.Size / 2, log.Size);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"| {name} | {opened.TotalSeconds:F2} | {tiled.TotalSeconds:F2} |"));
    }
}
