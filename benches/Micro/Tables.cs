using Exchange.Benches.Micro.Audit.Appending;
using Exchange.Benches.Micro.Audit.Export;
using Exchange.Benches.Micro.Audit.Start;
using Exchange.Benches.Micro.Audit.Verification;
using Exchange.Benches.Micro.Crypto;
using Exchange.Benches.Micro.Minimisation;

namespace Exchange.Benches.Micro;

/// <summary>What is asked for by name, beside the benchmarks.</summary>
internal static class Tables
{
    private static readonly (string Name, string Words, string Tells)[] All =
    [
        (AppendingTable.Name, "[folder]", "durable appends a second; µs and syncs for each"),
        (ThinkingTable.Name, "[folder] [µs]", "the same for callers with other work in between; the µs bound how long a commit waits for more"),
        (StartTable.Name, "[entries] [folder]", "seconds until a log is open and its tiles are there; 10,000,000 entries and 5 GB unless said"),
        (VerificationTable.Name, "[entries group]", "verified entries a second and peak memory; to 10,000,000 entries in groups of 1,000 and of 4 unless said"),
        (ExportTable.Name, "[entries]", "entries a second and peak memory of exports, index and queries"),
        (MinimisationTable.Name, string.Empty, "GB a second of processor time, and bytes, of the minimiser beside Google.Protobuf"),
        (CryptoTable.Name, string.Empty, "processor ns and bytes of each cryptographic step of a fetch, beside the platform's one-shots"),
    ];

    public static IEnumerable<string> Names => All.Select(table => table.Name);

    public static void Print(TextWriter output)
    {
        output.WriteLine("Tables, by name; benchmarks by BenchmarkDotNet's options, of which --list flat names them:");
        foreach (var (name, words, tells) in All)
        {
            output.WriteLine($"  {$"{name} {words}",-37} {tells}");
        }

        output.WriteLine();
    }
}
