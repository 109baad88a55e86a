using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Benches.Load.Reports;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Transfers.Arms;

namespace Exchange.Benches.Load.Transfers.Reports;

/// <summary>What a run of the transfer arms found.</summary>
internal sealed record TransferReport(string Machine, IReadOnlyList<TransferRow> Rows)
{
    private static readonly JsonSerializerOptions JsonFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
    };

    public static TransferReport Of(IReadOnlyList<Series> series) => new(Load.Reports.Machine.Describe(), TransferRow.Of(series, TransferArms.PassThrough));

    public string ToJson() => JsonSerializer.Serialize(this, JsonFormat);

    public string ToMarkdown()
    {
        var table = new MarkdownTable(
            1, "arm", "answer B", "in flight", "per second", "÷ nginx", "p50 µs", "p99 µs", "client CPU µs", "between CPU µs", "provider CPU µs", "client B", "between B");
        foreach (var row in Rows)
        {
            table.Add(
                row.Arm, Figure(row.PayloadBytes), Figure(row.InFlight), Figure(row.PerSecond), double.IsNaN(row.ToNginx) ? "-" : row.ToNginx.ToString("F2", CultureInfo.InvariantCulture),
                Figure(row.P50Microseconds), Figure(row.P99Microseconds), Tenths(row.ClientCpuMicroseconds), Tenths(row.BetweenCpuMicroseconds), Tenths(row.ProviderCpuMicroseconds),
                Figure(row.ClientBytes), row.Arm is TransferArms.Direct or TransferArms.PassThrough ? "-" : Figure(row.BetweenBytes));
        }

        return $"{Machine}\n\n{table}";
    }

    private static string Figure(double value) => value.ToString("F0", CultureInfo.InvariantCulture);

    private static string Tenths(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
