using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Exchange.Benches.Micro;
using Exchange.Benches.Micro.Audit.Appending;
using Exchange.Benches.Micro.Audit.Start;
using Exchange.Benches.Micro.Audit.Export;
using Exchange.Benches.Micro.Audit.Verification;
using Exchange.Benches.Micro.Crypto;
using Exchange.Benches.Micro.Grpc;
using Exchange.Benches.Micro.Minimisation;
using Perfolizer.Horology;

// What the runner of benchmarks lists leaves out the tables, and a word that it does not know it takes for none.
if (args is [] or ["--help", ..])
{
    Tables.Print(Console.Error);
}
else if (args is [[not '-', ..] unknown, ..] && !Tables.Names.Contains(unknown))
{
    Tables.Print(Console.Error);
    await Console.Error.WriteLineAsync($"There is no table '{unknown}'.");
    return 2;
}

// The minimiser is measured in processor time, and beside Google.Protobuf.
if (args is [MinimisationTable.Name])
{
    MinimisationTable.Print(Console.Out);
    return 0;
}

// Likewise the cryptography of one fetch, beside the platform's one-shots.
if (args is [CryptoTable.Name])
{
    CryptoTable.Print(Console.Out);
    return 0;
}

// The verifier runs as a process of its own, for its peak memory.
if (args is [VerificationTable.Name, ..])
{
    VerificationTable.Run(args[1..], Console.Out);
    return 0;
}

// On a real disk: the second word names a folder on it.
if (args is [AppendingTable.Name, ..])
{
    await AppendingTable.PrintAsync(Console.Out, args.ElementAtOrDefault(1) ?? Path.GetTempPath());
    return 0;
}

// The same disk, under callers that do something else in between; a third word says how long the appender gathers.
if (args is [ThinkingTable.Name, ..])
{
    await ThinkingTable.PrintAsync(Console.Out, args.ElementAtOrDefault(1) ?? Path.GetTempPath(), args.ElementAtOrDefault(2));
    return 0;
}

if (args is [StartTable.Name, ..])
{
    var entries = ulong.Parse(args.ElementAtOrDefault(1) ?? "10000000", CultureInfo.InvariantCulture);
    await StartTable.PrintAsync(Console.Out, args.ElementAtOrDefault(2) ?? Path.GetTempPath(), entries);
    return 0;
}

if (args is [ExportTable.Name, ..])
{
    ExportTable.Run(args[1..], Console.Out);
    return 0;
}

// In this process: the usual way writes and restores a project of its own for each benchmark. A few short iterations, since what these
// benchmarks are for, bytes and orders of magnitude, does not need more.
var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithLaunchCount(1).WithWarmupCount(3).WithIterationCount(8).WithIterationTime(TimeInterval.FromMilliseconds(200));
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .AddExporter(MarkdownExporter.GitHub);
BenchmarkSwitcher.FromAssembly(typeof(UnaryCalls).Assembly).Run(args, config);
return 0;
