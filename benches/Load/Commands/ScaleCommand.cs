using System.CommandLine;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Transfers.Reports;
using Exchange.Benches.Load.Transfers.Scale;
using Exchange.Benches.Load.Transfers.Worlds;

namespace Exchange.Benches.Load.Commands;

/// <summary><c>scale</c>: a node with years of use in it, beside an empty one.</summary>
internal sealed class ScaleCommand : Command
{
    private readonly Option<int[]> _inFlight = RunOptions.Numbers("--in-flight", "Transfers in flight, one run of rounds for each (1 to 1024).", "calls", [64, 1]);
    private readonly Option<int> _consents = RunOptions.Number("--consents", "Subjects of the large node, with a consent each (1 to 1000000).", "count", LargeSize.MostConsents, 1, LargeSize.MostConsents);
    private readonly Option<int> _rules = RunOptions.Number("--rules", "Rules of its policy (1 to 100000).", "count", 10_000, 1, 100_000);
    private readonly Option<int> _entries = RunOptions.Number("--entries", "Entries of its log; ten million take 5 GB (1000 to 100000000).", "count", 10_000_000, 1_000, 100_000_000);
    private readonly Option<string?> _folder = new("--folder") { Description = "Where the nodes' folders are made, and removed at the end; it has to exist; a temporary folder unless named.", HelpName = "path" };
    private readonly Option<int> _connections = RunOptions.Number("--connections", "Connections of each arm (1 to 64).", "count", 4, 1, 64);
    private readonly Option<int> _rounds = RunOptions.Number("--rounds", "Turns of each arm; the table gives medians (1 to 99).", "count", 5, 1, 99);
    private readonly Option<double> _seconds = RunOptions.Seconds("--seconds", "Length of a turn (0.1 to 60).", 2, 0.1);
    private readonly Option<double> _warmUp = RunOptions.Seconds("--warm-up", "How long each arm runs before it counts (0 to 60).", 10, 0);
    private readonly Option<bool> _json = new("--json") { Description = "Write the report as JSON." };

    public ScaleCommand()
        : base(
            "scale",
            "Governed fetches of 1 KB of a node that holds next to nothing and of one with many consents, rules and entries, in turn.\n"
            + "What the large one needs is written before it starts: some minutes, and disk for its log.")
    {
        RunOptions.Bound(_inFlight, 1, 1024);
        _folder.Validators.Add(result => RunOptions.Demand(result, result.Tokens.All(token => Directory.Exists(token.Value)), "a folder that exists"));
        Option[] all = [_inFlight, _consents, _rules, _entries, _folder, _connections, _rounds, _seconds, _warmUp, _json];
        Array.ForEach(all, Add);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var prose = arguments.InvocationConfiguration.Error;
        var plan = RunPlan.Of(arguments.GetValue(_rounds), arguments.GetValue(_seconds), arguments.GetValue(_warmUp));
        var size = new LargeSize(arguments.GetValue(_consents), arguments.GetValue(_rules), (ulong)arguments.GetValue(_entries));
        Workload[] workloads = [.. arguments.GetValue(_inFlight)!.Select(inFlight => new Workload(CallKind.Unary, BenchOrders.UsualAnswer, inFlight, 1))];

        // A folder of its own within the named one, since it is removed whole.
        var folder = arguments.GetValue(_folder) is { } named ? Path.Combine(Path.GetFullPath(named), Path.GetRandomFileName()) : null;
        await using var arms = await ScaleArms.StartAsync(folder, size, arguments.GetValue(_connections), prose.WriteLine, cancellation);
        var rows = TransferRow.Of(await new Run(arms.Arms, workloads, plan, prose.WriteLine).MeasureAsync(cancellation), ScaleArms.Empty);
        var report = ScaleReport.Of(size, arms.LargeNode, rows);
        await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(_json) ? report.ToJson() : report.ToMarkdown());
        return 0;
    }
}
