using System.CommandLine;
using System.Diagnostics;
using Exchange.Benches.Load.Arms;
using Exchange.Benches.Load.Echoes;
using Exchange.Benches.Load.Reports;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Commands;

/// <summary><c>grpc</c>: the gRPC runtime against doing the same by hand.</summary>
internal sealed class GrpcCommand : Command
{
    private const int StreamsInFlight = 16;

    private readonly Option<int[]> _inFlight = RunOptions.Numbers("--in-flight", "Calls in flight, one run of rounds for each (1 to 1024).", "calls", [1, 16, 64, 256]);
    private readonly Option<int[]> _payload = RunOptions.Numbers("--payload", "Size of a message (4 to 1048576).", "bytes", [1024]);
    private readonly Option<int> _messages = RunOptions.Number("--messages", "Messages of a stream, one way; 0 leaves streams out (0 to 100000).", "count", 100, 0, 100_000);
    private readonly Option<int> _connections = RunOptions.Number("--connections", "Connections of every arm (1 to 64).", "count", 4, 1, 64);
    private readonly Option<int> _rounds = RunOptions.Number("--rounds", "Turns of each arm; the table gives medians (1 to 99).", "count", 5, 1, 99);
    private readonly Option<double> _seconds = RunOptions.Seconds("--seconds", "Length of a turn (0.1 to 60).", 1, 0.1);

    private readonly Option<double> _warmUp = RunOptions.Seconds(
        "--warm-up", "How long each arm runs before it counts, for each kind of call: shorter, and code that is still being compiled is measured (0 to 60).", 5, 0);

    private readonly Option<bool> _json = new("--json") { Description = "Write the report as JSON." };

    public GrpcCommand()
        : base(
            "grpc",
            "Unary echo and streams over mutual TLS 1.3: the gRPC runtime of src/Grpc, and Kestrel and SocketsHttpHandler framing by hand.\n"
            + "Servers are processes of their own. Figures of streams are for one message, times for a whole stream.")
    {
        RunOptions.Bound(_inFlight, 1, 1024);
        RunOptions.Bound(_payload, StreamLength.Size, 1024 * 1024);
        Add(_inFlight);
        Add(_payload);
        Add(_messages);
        Add(_connections);
        Add(_rounds);
        Add(_seconds);
        Add(_warmUp);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var prose = arguments.InvocationConfiguration.Error;
        var plan = RunPlan.Of(arguments.GetValue(_rounds), arguments.GetValue(_seconds), arguments.GetValue(_warmUp));
        Workload[] workloads = [.. Workloads(arguments)];
        await using var arms = await GrpcArms.StartAsync(arguments.GetValue(_connections));
        await prose.WriteLineAsync($"{workloads.Length} workloads, {arms.Arms.Count} arms, {plan.Rounds} rounds of {plan.Duration.TotalSeconds:N1} s.");

        var clock = Stopwatch.StartNew();
        var series = await new Run(arms.Arms, workloads, plan, prose.WriteLine).MeasureAsync(cancellation);
        await prose.WriteLineAsync($"Done after {clock.Elapsed.TotalSeconds:N0} s.");

        var report = GrpcReport.Of(series);
        await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(_json) ? report.ToJson() : report.ToMarkdown());
        return 0;
    }

    private IEnumerable<Workload> Workloads(ParseResult arguments)
    {
        foreach (var payload in arguments.GetValue(_payload)!)
        {
            foreach (var inFlight in arguments.GetValue(_inFlight)!)
            {
                yield return new Workload(CallKind.Unary, payload, inFlight, 1);
            }

            if (arguments.GetValue(_messages) is > 0 and var messages)
            {
                yield return new Workload(CallKind.ServerStream, payload, StreamsInFlight, messages);
                yield return new Workload(CallKind.ClientStream, payload, StreamsInFlight, messages);
                yield return new Workload(CallKind.PingPong, payload, StreamsInFlight, messages);
            }
        }
    }
}
