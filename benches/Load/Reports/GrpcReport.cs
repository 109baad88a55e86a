using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Benches.Load.Arms;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Reports;

/// <summary>What a run of the gRPC arms found: the table, and what each side adds to its bare counterpart.</summary>
internal sealed record GrpcReport(string Machine, IReadOnlyList<Row> Rows, IReadOnlyList<GrpcTarget> Targets)
{
    private static readonly JsonSerializerOptions JsonFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
    };

    public static GrpcReport Of(IReadOnlyList<Series> series)
    {
        var rows = Row.Of(series);
        return new GrpcReport(Reports.Machine.Describe(), rows, GrpcTarget.Of(rows));
    }

    public string ToJson() => JsonSerializer.Serialize(this, JsonFormat);

    public string ToMarkdown()
    {
        var table = new MarkdownTable(2, "call", "arm", "in flight", "per second", "÷ bare", "p50 µs", "p99 µs", "client CPU µs", "server CPU µs", "client B", "server B");
        foreach (var row in Rows)
        {
            table.Add(
                Name(row), row.Arm, row.InFlight, Figure(row.PerSecond), Ratio(row.ToFloor), Figure(row.P50Microseconds), Figure(row.P99Microseconds),
                Tenths(row.ClientCpuMicroseconds), Tenths(row.ServerCpuMicroseconds), Figure(row.ClientBytes), Figure(row.ServerBytes));
        }

        var targets = new MarkdownTable(2, "unary", "target", "measured", "met");
        foreach (var target in Targets)
        {
            targets.Add(target.What, target.Target, target.Bytes is { } bytes ? Figure(bytes) : Ratio(target.Ratio!.Value), target.Met ? "yes" : "NO");
        }

        return $"{Machine}\n\n{table}\n\n{targets}";
    }

    private static string Name(Row row) => row.Kind switch
    {
        CallKind.Unary => $"unary, {row.PayloadBytes:N0} B",
        CallKind.ServerStream => $"server stream of {row.MessagesPerCall}, {row.PayloadBytes:N0} B",
        CallKind.ClientStream => $"client stream of {row.MessagesPerCall}, {row.PayloadBytes:N0} B",
        _ => $"ping-pong stream of {row.MessagesPerCall}, {row.PayloadBytes:N0} B",
    };

    private static string Figure(double value) => value.ToString("F0", CultureInfo.InvariantCulture);

    private static string Tenths(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
