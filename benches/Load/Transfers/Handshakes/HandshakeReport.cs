using System.Globalization;
using System.Text.Json;
using Exchange.Benches.Load.Reports;
using Exchange.Benches.Load.Transfers.Reports;

namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>What connecting costs, and what many who connect at once do to the others.</summary>
internal sealed record HandshakeReport(string Machine, IReadOnlyList<ConnectRow> Connects, IReadOnlyList<FleetRow> Fleets)
{
    public static HandshakeReport Of(IReadOnlyList<ConnectRow> connects, IReadOnlyList<FleetRow> fleets) => new(Load.Reports.Machine.Describe(), connects, fleets);

    public string ToJson() => JsonSerializer.Serialize(this, TransferReport.JsonFormat);

    public string ToMarkdown()
    {
        var connects = new MarkdownTable(1, "server", "at once", "connects a second", "p50 µs", "p99 µs", "client CPU µs", "server CPU µs");
        foreach (var row in Connects)
        {
            connects.Add(row.Server, row.AtOnce, Figure(row.PerSecond), Figure(row.P50Microseconds), Figure(row.P99Microseconds), Figure(row.ClientCpuMicroseconds), Figure(row.ServerCpuMicroseconds));
        }

        var fleets = new MarkdownTable(
            0, "clients at once", "served", "tried again", "all served after s", "a client's p50 ms", "slowest ms", "steady load a second", "its p99 before µs", "during µs", "after µs", "failed");
        foreach (var row in Fleets)
        {
            fleets.Add(
                row.Clients, row.Outcome.Served, row.Outcome.Failures, row.Outcome.Seconds.ToString("F2", CultureInfo.InvariantCulture), Figure(row.Outcome.P50Milliseconds), Figure(row.Outcome.SlowestMilliseconds),
                Figure(row.OfferedPerSecond), Figure(row.P99BeforeMicroseconds), Figure(row.P99DuringMicroseconds), Figure(row.P99AfterMicroseconds), row.Failures);
        }

        return string.Join("\n\n", (string[])[Machine, .. Connects.Count > 0 ? [$"{connects}"] : Array.Empty<string>(), .. Fleets.Count > 0 ? [$"{fleets}"] : Array.Empty<string>()]);
    }

    private static string Figure(double value) => value.ToString("F0", CultureInfo.InvariantCulture);
}
