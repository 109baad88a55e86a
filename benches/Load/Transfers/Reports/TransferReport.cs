using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Benches.Load.Reports;
using Exchange.Benches.Load.Transfers.Arms;

namespace Exchange.Benches.Load.Transfers.Reports;

/// <summary>What a run of the transfer arms found.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Rows">Each arm at each workload.</param>
/// <param name="Paced">Arms under a load that comes at half of the most that the governed one carried.</param>
/// <param name="BareCalls">What the node's call to the provider takes by itself.</param>
/// <param name="Agreements">Null where the node does not count them, or was not asked.</param>
/// <param name="Targets">What that says of the targets.</param>
internal sealed record TransferReport(
    string Machine,
    IReadOnlyList<TransferRow> Rows,
    IReadOnlyList<PacedRow> Paced,
    IReadOnlyList<BareCall> BareCalls,
    Agreements? Agreements,
    IReadOnlyList<TransferTarget> Targets)
{
    public static readonly JsonSerializerOptions JsonFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
    };

    public static TransferReport Of(IReadOnlyList<TransferRow> rows, IReadOnlyList<PacedRow> paced, IReadOnlyList<BareCall> bare, Agreements? agreements) =>
        new(Load.Reports.Machine.Describe(), rows, paced, bare, agreements, TransferTargets.Of(rows, bare, paced, agreements));

    public string ToJson() => JsonSerializer.Serialize(this, JsonFormat);

    public string ToMarkdown()
    {
        List<string> parts = [Machine, $"{Table()}"];
        if (BareCalls.Count > 0)
        {
            parts.Add($"{BareTable()}");
        }

        if (Paced.Count > 0)
        {
            parts.Add($"{PacedTable()}");
        }

        parts.Add($"{TargetTable()}");
        return string.Join("\n\n", parts);
    }

    private MarkdownTable Table()
    {
        var table = new MarkdownTable(
            1, "arm", "answer B", "in flight", "per second", "÷ nginx", "p50 µs", "p99 µs", "client CPU µs", "between CPU µs", "provider CPU µs", "client B", "between B", "entries a commit", "between peak MB");
        foreach (var row in Rows)
        {
            table.Add(
                row.Arm, Figure(row.PayloadBytes), Figure(row.InFlight), Figure(row.PerSecond), row.ToReference is { } ratio ? ratio.ToString("F2", CultureInfo.InvariantCulture) : "-",
                Figure(row.P50Microseconds), Figure(row.P99Microseconds), Tenths(row.ClientCpuMicroseconds), row.Arm == TransferArms.Direct ? "-" : Tenths(row.BetweenCpuMicroseconds), Tenths(row.ProviderCpuMicroseconds),
                Figure(row.ClientBytes), row.BetweenBytes is { } bytes ? Figure(bytes) : "-",
                row.EntriesPerCommit is { } entries ? Tenths(entries) : "-", row.BetweenPeakBytes is { } peak ? Figure(peak / 1e6) : "-");
        }

        return table;
    }

    private MarkdownTable BareTable()
    {
        var table = new MarkdownTable(1, "node's call to the provider", "answer B", "in flight", "CPU µs", "bytes");
        foreach (var call in BareCalls)
        {
            table.Add("bare HttpClient", Figure(call.PayloadBytes), Figure(call.InFlight), Tenths(call.CpuMicroseconds), Figure(call.Bytes));
        }

        return table;
    }

    private MarkdownTable PacedTable()
    {
        var table = new MarkdownTable(1, "paced, at half of the governed arm's most", "answer B", "offered a second", "per second", "p50 µs", "p99 µs", "kept up");
        foreach (var row in Paced)
        {
            table.Add(row.Arm, Figure(row.PayloadBytes), Figure(row.OfferedPerSecond), Figure(row.PerSecond), Figure(row.P50Microseconds), Figure(row.P99Microseconds), row.KeptUp ? "yes" : "NO");
        }

        return table;
    }

    private MarkdownTable TargetTable()
    {
        var table = new MarkdownTable(2, "transfers", "target", "measured", "met");
        foreach (var target in Targets)
        {
            table.Add(target.What, target.Target, target.Figure, target.Verdict);
        }

        return table;
    }

    private static string Figure(double value) => value.ToString("F0", CultureInfo.InvariantCulture);

    private static string Tenths(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
