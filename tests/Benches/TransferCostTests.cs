using System.Diagnostics;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Reading;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Transfers.Arms;
using Exchange.Benches.Load.Transfers.Reports;
using Exchange.Benches.Load.Transfers.Worlds;
using Xunit.Abstractions;

namespace Exchange.Benches.Tests;

/// <summary>
/// What a governed fetch of 1 KB costs the node, in figures that do not depend on the machine's mood: bytes, commits, key agreements. The node is
/// a process of the load program, so nothing of client or provider is counted.
/// </summary>
public sealed class TransferCostTests(ITestOutputHelper output)
{
    /// <summary>Beyond what the node's call to the provider allocates with HttpClient alone.</summary>
    private const int MostBytes = 2_048;

    private const int Connections = 4;
    private const int InFlight = 64;
    private const int WarmUp = 5_000;
    private const int Batches = 9;
    private const int BatchSize = 200;
    private const int CallsOfEach = 50;

    [Fact]
    public async Task A_governed_fetch_allocates_at_most_2048_bytes_more_in_the_node_than_a_bare_call_to_the_provider()
    {
        await using var arms = await TransferArms.StartAsync(Connections, output.WriteLine, passThrough: false);
        var governed = await NodeBytesAsync(arms);
        var bare = (await BareCall.MeasureAsync(arms.Caller, BenchOrders.UsualAnswer, inFlight: 1)).Bytes;

        output.WriteLine($"node: {governed:F0} B a fetch, bare call {bare:F0} B, extra {governed - bare:F0} B");
        (governed - bare).ShouldBeLessThanOrEqualTo(MostBytes);
    }

    [Fact]
    public async Task Transfers_in_flight_share_signatures_and_key_agreements()
    {
        await using var arms = await TransferArms.StartAsync(Connections, output.WriteLine, passThrough: false);
        var start = Stopwatch.GetTimestamp();
        var before = await arms.Node.ReadUsageAsync();
        await CallAsync(arms, InFlight, CallsOfEach);
        var atLeast = await arms.Node.ReadUsageAsync();
        var signed = GroupsIn(arms.World.Demo.LogFolder);
        var atMost = await arms.Node.ReadUsageAsync();

        var counts = atLeast.Since(before).Counts.ShouldNotBeNull();
        output.WriteLine($"{InFlight * CallsOfEach} transfers: {counts.Entries} entries in {counts.Commits} commits, {counts.Agreements} key agreements; {signed} groups in the log");

        // Each group in the log bears one signature. Entries of other kinds than releases may be among them, so there are at least as many as transfers.
        counts.Entries.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(InFlight * CallsOfEach);
        counts.Commits.ShouldNotBeNull().ShouldBeInRange(1, InFlight * CallsOfEach);
        signed.ShouldBeInRange(atLeast.Counts!.Commits!.Value, atMost.Counts!.Commits!.Value);

        // None would say that nobody counts: before these transfers nothing was sealed.
        var agreements = Agreements.Between(before, atLeast, start).ShouldNotBeNull();
        agreements.Count.ShouldBePositive();
        agreements.AtMostOneAMinute.ShouldBeTrue();
    }

    /// <summary>One call after another: the median over batches.</summary>
    private static async Task<double> NodeBytesAsync(TransferArms arms)
    {
        await CallAsync(arms, inFlight: 1, WarmUp);
        var batches = new List<double>(Batches);
        while (batches.Count < Batches)
        {
            var before = await arms.Node.ReadUsageAsync();
            await CallAsync(arms, inFlight: 1, BatchSize);
            batches.Add((double)(await arms.Node.ReadUsageAsync()).Since(before).AllocatedBytes!.Value / BatchSize);
        }

        return Median.Of(batches);
    }

    private static Task CallAsync(TransferArms arms, int inFlight, int calls)
    {
        var governed = arms.Arms.Single(arm => arm.Name == TransferArms.Governed);
        var workload = new Workload(CallKind.Unary, BenchOrders.UsualAnswer, inFlight, 1);
        return Task.WhenAll(Enumerable.Range(0, inFlight).Select(async worker =>
        {
            for (var left = calls; left > 0; left--)
            {
                await governed.CallAsync(worker, workload, []);
            }
        }));
    }

    private static long GroupsIn(string folder)
    {
        var groups = 0L;
        var files = new SegmentFolder(folder);
        foreach (var name in files.List().Where(name => SegmentLayout.TryParseFileName(name, out _)))
        {
            using var file = files.Open(name);
            var reader = SegmentReader.Open(file, out var problem) ?? throw new InvalidDataException(problem);
            while (reader.MoveNext())
            {
                groups++;
            }
        }

        return groups;
    }
}
