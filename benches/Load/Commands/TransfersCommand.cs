using System.CommandLine;
using System.Diagnostics;
using Exchange.Benches.Load.Paced;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Transfers.Arms;
using Exchange.Benches.Load.Transfers.Reports;
using Exchange.Benches.Load.Transfers.Worlds;

namespace Exchange.Benches.Load.Commands;

/// <summary><c>transfers</c>: whole transfers through the node, beside nginx and beside no one in between.</summary>
internal sealed class TransfersCommand : Command
{
    private readonly Option<int[]> _inFlight = RunOptions.Numbers("--in-flight", "Transfers in flight, one run of rounds for each (1 to 1024).", "calls", [1, 16, 64, 256]);
    private readonly Option<int[]> _payload = RunOptions.Numbers("--payload", $"Bytes of the provider's answer ({string.Join(", ", BenchOrders.Sizes)}).", "bytes", [.. BenchOrders.Sizes]);
    private readonly Option<string[]> _arms = new("--arms") { Description = $"Only these arms, by their first letters ({string.Join(", ", TransferArms.Names)}).", HelpName = "names", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> _connections = RunOptions.Number("--connections", "Connections of every arm, on either side of what stands between (1 to 64).", "count", 4, 1, 64);
    private readonly Option<int> _rounds = RunOptions.Number("--rounds", "Turns of each arm; the table gives medians (1 to 99).", "count", 5, 1, 99);
    private readonly Option<double> _seconds = RunOptions.Seconds("--seconds", "Length of a turn (0.1 to 60).", 1, 0.1);
    private readonly Option<double> _warmUp = RunOptions.Seconds("--warm-up", "How long each arm runs before it counts (0 to 60).", 5, 0);
    private readonly Option<bool> _allocations = new("--allocations") { Description = "Have the node say at its end, on standard error, which types it allocated." };
    private readonly Option<bool> _json = new("--json") { Description = "Write the report as JSON." };

    public TransfersCommand()
        : base(
            "transfers",
            "Fetches over mutual TLS 1.3: direct, through nginx, through our node without governance, and governed, with consent, policy, seal,\n"
            + "receipt and durable audit. Provider, nginx, relay and node are processes of their own; the client is this one.")
    {
        RunOptions.Bound(_inFlight, 1, 1024);
        _payload.Validators.Add(result => RunOptions.Demand(result, RunOptions.All<int>(result, BenchOrders.Sizes.Contains), string.Join(", ", BenchOrders.Sizes)));
        _arms.Validators.Add(result => RunOptions.Demand(result, result.Tokens.All(token => TransferArms.Names.Any(arm => IsMeant(arm, token.Value))), $"first letters of {string.Join(", ", TransferArms.Names)}"));
        Add(_inFlight);
        Add(_payload);
        Add(_arms);
        Add(_connections);
        Add(_rounds);
        Add(_seconds);
        Add(_warmUp);
        Add(_allocations);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var prose = arguments.InvocationConfiguration.Error;
        var plan = RunPlan.Of(arguments.GetValue(_rounds), arguments.GetValue(_seconds), arguments.GetValue(_warmUp));
        Workload[] workloads =
        [
            .. from payload in arguments.GetValue(_payload)! from inFlight in arguments.GetValue(_inFlight)! select new Workload(CallKind.Unary, payload, inFlight, 1),
        ];
        await using var arms = await TransferArms.StartAsync(arguments.GetValue(_connections), prose.WriteLine, profilesAllocations: arguments.GetValue(_allocations));
        var named = arguments.GetValue(_arms)!;
        IArm[] taking = [.. arms.Arms.Where(arm => named.Length == 0 || named.Any(name => IsMeant(arm.Name, name)))];
        if (taking.Length == 0)
        {
            throw new InvalidOperationException("None of the arms that are named takes part.");
        }

        await prose.WriteLineAsync($"{workloads.Length} workloads, {taking.Length} arms, {plan.Rounds} rounds of {plan.Duration.TotalSeconds:N1} s.");

        var start = Stopwatch.GetTimestamp();
        var before = await arms.Node.ReadUsageAsync();
        var rows = TransferRow.Of(await new Run(taking, workloads, plan, prose.WriteLine).MeasureAsync(cancellation), TransferArms.PassThrough);
        var paced = await HalfLoad.MeasureAsync(taking, rows, plan, prose.WriteLine, cancellation);
        var agreements = taking.Any(AsksNode) ? Agreements.Between(before, await arms.Node.ReadUsageAsync(), start) : null;
        var bare = await BareCallsAsync(arms, taking, workloads, cancellation);
        await prose.WriteLineAsync($"Done after {Stopwatch.GetElapsedTime(start).TotalSeconds:N0} s.");

        var report = TransferReport.Of(rows, paced, bare, agreements);
        await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(_json) ? report.ToJson() : report.ToMarkdown());
        return 0;
    }

    private static bool AsksNode(IArm arm) => arm.Name is TransferArms.Governed or TransferArms.Opened;

    private static bool IsMeant(string arm, string letters) => arm.StartsWith(letters, StringComparison.Ordinal);

    /// <summary>What the governed arm's bytes are compared with; nothing, where it takes no part.</summary>
    private static async Task<IReadOnlyList<BareCall>> BareCallsAsync(TransferArms arms, IArm[] taking, Workload[] workloads, CancellationToken cancellation)
    {
        var calls = new List<BareCall>();
        foreach (var workload in workloads.Where(_ => taking.Any(arm => arm.Name == TransferArms.Governed)))
        {
            cancellation.ThrowIfCancellationRequested();
            calls.Add(await BareCall.MeasureAsync(arms.Caller, workload.PayloadBytes, workload.InFlight));
        }

        return calls;
    }
}
