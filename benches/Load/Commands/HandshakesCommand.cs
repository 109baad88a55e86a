using System.CommandLine;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Transfers.Handshakes;
using Exchange.Benches.Load.Transfers.Worlds;

namespace Exchange.Benches.Load.Commands;

/// <summary><c>handshakes</c>: what connecting costs, and what a fleet that connects at once does to the others.</summary>
internal sealed class HandshakesCommand : Command
{
    private const int WorkersAtMost = 64;

    private readonly Option<int[]> _atOnce = RunOptions.Numbers("--at-once", "Connects at a time, one run of rounds for each (1 to 256); 0 leaves them out.", "connects", [1, 8, 64]);
    private readonly Option<int> _clients = RunOptions.Number("--clients", "Clients of the fleet; 0 leaves it out (0 to 4000).", "count", 1_000, 0, 4_000);
    private readonly Option<int> _connections = RunOptions.Number("--connections", "Connections of the steady load (1 to 64).", "count", 4, 1, 64);
    private readonly Option<int> _rounds = RunOptions.Number("--rounds", "Turns of each server; the table gives medians (1 to 9).", "count", 3, 1, 9);
    private readonly Option<double> _seconds = RunOptions.Seconds("--seconds", "Length of a turn (0.1 to 60).", 1, 0.1);
    private readonly Option<double> _window = RunOptions.Seconds("--window", "How long the steady load is watched before and after a fleet (0.5 to 60).", 5, 0.5);
    private readonly Option<double> _warmUp = RunOptions.Seconds("--warm-up", "How long each server is connected to, and the steady load runs, before it counts (0 to 60).", 5, 0);
    private readonly Option<bool> _json = new("--json") { Description = "Write the report as JSON." };

    public HandshakesCommand()
        : base(
            "handshakes",
            "Full handshakes of TLS 1.3 with certificates on both sides, none resumed: connects a second and CPU for each, beside a bare Kestrel and\n"
            + "nginx; then a fleet that connects at once while a steady governed load runs at a third of the most. Loopback only.")
    {
        RunOptions.Bound(_atOnce, 0, 256);
        Option[] all = [_atOnce, _clients, _connections, _rounds, _seconds, _window, _warmUp, _json];
        Array.ForEach(all, Add);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var prose = arguments.InvocationConfiguration.Error;
        var clients = arguments.GetValue(_clients);
        DescriptorLimit.Demand(clients);
        await using var arms = await HandshakeArms.StartAsync(arguments.GetValue(_connections), prose.WriteLine);

        Workload[] workloads = [.. arguments.GetValue(_atOnce)!.Where(atOnce => atOnce > 0).Select(atOnce => new Workload(CallKind.Connect, sizeof(int), atOnce, 1))];
        var series = workloads.Length == 0 ? [] : await new Run(arms.Connects, workloads, Plan(arguments), prose.WriteLine).MeasureAsync(cancellation);
        var fleets = clients == 0 ? [] : await FleetsAsync(arguments, arms, clients, cancellation);

        var report = HandshakeReport.Of([.. series.Select(ConnectRow.Of)], fleets);
        await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(_json) ? report.ToJson() : report.ToMarkdown());
        return 0;
    }

    private RunPlan Plan(ParseResult arguments)
    {
        return RunPlan.Of(arguments.GetValue(_rounds), arguments.GetValue(_seconds), arguments.GetValue(_warmUp));
    }

    /// <summary>First what the node carries, then a third of that while a fleet comes, as often as there are rounds.</summary>
    private async Task<IReadOnlyList<FleetRow>> FleetsAsync(ParseResult arguments, HandshakeArms arms, int clients, CancellationToken cancellation)
    {
        var workload = new Workload(CallKind.Unary, BenchOrders.UsualAnswer, WorkersAtMost, 1);
        var most = (await new Run([arms.Governed], [workload], Plan(arguments), arguments.InvocationConfiguration.Error.WriteLine).MeasureAsync(cancellation))[0];
        var third = Median.Of(most.Samples, sample => sample.PerSecond) / 3;

        await using var fleet = await Fleet.StartAsync(new FleetOrder(arms.Client, clients));
        var rows = new List<FleetRow>();
        while (rows.Count < arguments.GetValue(_rounds))
        {
            rows.Add(await FleetTurn.MeasureAsync(arms.Governed, third, fleet, clients, TimeSpan.FromSeconds(arguments.GetValue(_window)), cancellation));
            if (rows[^1].Outcome.Fault is { } fault)
            {
                await arguments.InvocationConfiguration.Error.WriteLineAsync($"{rows[^1].Outcome.Served} of {clients} clients were served, {rows[^1].Outcome.Failures} calls failed; one of them: {fault}");
            }
        }

        return rows;
    }
}
