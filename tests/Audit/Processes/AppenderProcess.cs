using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Tests.Appender;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Processes;

/// <summary>The appending program on a real disk: run, killed, hindered. What it promised is written down, and held against what it leaves.</summary>
internal sealed class AppenderProcess : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("exchange-appender-").FullName;
    private readonly ReceiptKeys _keys = new();
    private readonly Dictionary<ulong, string> _acknowledged = [];
    private readonly Dictionary<ulong, string> _signed = [];

    internal AppenderProcess()
    {
        Folder = new AppenderFolder(_root);
        NewKey();
    }

    internal AppenderFolder Folder { get; }

    /// <summary>What it said that was no promise: of a fault, a refusal, a failure.</summary>
    internal List<string> Said { get; } = [];

    /// <summary>Promises that are still to be kept: entries that were removed since are not among them.</summary>
    internal int Promises => _acknowledged.Count;

    public void Dispose()
    {
        _keys.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>From the next start on it signs with another key, and has the present one as its former.</summary>
    internal void NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(Folder.ReceiptKey))
        {
            File.Move(Folder.ReceiptKey, Folder.FormerReceiptKey, overwrite: true);
        }

        File.WriteAllText(Folder.ReceiptKey, key.ExportPkcs8PrivateKeyPem());
        _keys.AddPem(key.ExportSubjectPublicKeyInfoPem());
    }

    /// <summary>Runs the program under another, or by itself, and hears it out.</summary>
    /// <param name="under">The other program with its arguments; empty for none.</param>
    /// <param name="callers">How many append at once.</param>
    /// <param name="entries">How many they append.</param>
    /// <param name="killAfter">After so many acknowledgements it is killed; negative for never.</param>
    internal async Task<int> RunAsync(IReadOnlyList<string> under, int callers, int entries, int killAfter = -1)
    {
        string[] command = [.. under, "dotnet", "exec", typeof(AppenderFolder).Assembly.Location, _root, Number(callers), Number(entries)];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        for (var heard = 0; await process.StandardOutput.ReadLineAsync() is { } line;)
        {
            if (Hear(line) && ++heard == killAfter)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync();
        await errors;
        return process.ExitCode;

        static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Opens what is left, and asks for everything that was promised.</summary>
    internal async Task CheckAsync(string because)
    {
        await using var log = Folder.Open();
        var report = Some.Verify(Directory.GetFiles(Folder.Segments, "*.segment").Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))), new() { Keys = _keys });
        report.Problem.ShouldBeNull(because);
        (report.Size, report.FirstIndex, report.UnfinishedBytes).ShouldBe((log.Size, log.FirstIndex, 0L), because);

        foreach (var removed in _acknowledged.Keys.Where(index => index < log.FirstIndex).ToList())
        {
            _acknowledged.Remove(removed);
        }

        var found = 0;
        foreach (var entry in log.ReadBackwards())
        {
            if (_acknowledged.TryGetValue(entry.Index, out var promised))
            {
                TreeHash.Leaf(entry.Bytes.Span).ToString().ShouldBe(promised, because);
                found++;
            }
        }

        found.ShouldBe(_acknowledged.Count, because);
        var tree = new TiledTree(log.Tiles!, log.Size);
        tree.Root(log.Size).ShouldBe(report.TreeRoot, because);
        foreach (var (size, root) in _signed)
        {
            size.ShouldBeLessThanOrEqualTo(log.Size, because);
            tree.Root(size).ToString().ShouldBe(root, because);
        }
    }

    /// <summary>Takes a line down; whether it acknowledges an entry. A line that the kill has cut is no promise.</summary>
    private bool Hear(string line)
    {
        var words = line.Split(' ');
        switch (words)
        {
            case ["ack", var index, { Length: 2 * Digest.Size } hash]:
                _acknowledged.TryAdd(ulong.Parse(index, CultureInfo.InvariantCulture), hash).ShouldBeTrue($"entry {index} was acknowledged twice");
                return true;
            case ["signed", var size, { Length: 2 * Digest.Size } root]:
                _signed[ulong.Parse(size, CultureInfo.InvariantCulture)] = root;
                return false;
            case ["fault" or "refused" or "failed", ..]:
                Said.Add(line);
                return false;
            default:
                return false;
        }
    }
}
