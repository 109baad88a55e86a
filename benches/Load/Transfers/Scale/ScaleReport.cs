using System.Globalization;
using System.Text.Json;
using Exchange.Benches.Load.Reports;
using Exchange.Benches.Load.Transfers.Reports;

namespace Exchange.Benches.Load.Transfers.Scale;

/// <summary>What a large node costs over an empty one.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Size">How large.</param>
/// <param name="StartSeconds">Until the large one served.</param>
/// <param name="SettledSeconds">Until it had nothing to do but serve.</param>
/// <param name="Rows">Ratios are to the empty node.</param>
/// <param name="Targets">What that says of the targets.</param>
internal sealed record ScaleReport(string Machine, LargeSize Size, double StartSeconds, double SettledSeconds, IReadOnlyList<TransferRow> Rows, IReadOnlyList<TransferTarget> Targets)
{
    private const double LeastRatio = 0.9;
    private const double ColderMicroseconds = 1;

    public static ScaleReport Of(LargeSize size, LargeNode node, IReadOnlyList<TransferRow> rows) =>
        new(Load.Reports.Machine.Describe(), size, node.Started.TotalSeconds, node.Settled.TotalSeconds, rows, [.. rows.Where(row => row.Arm == ScaleArms.Large).SelectMany(large => TargetsOf(large, rows))]);

    public string ToJson() => JsonSerializer.Serialize(this, TransferReport.JsonFormat);

    public string ToMarkdown()
    {
        var table = new MarkdownTable(1, "node", "in flight", "per second", "÷ empty", "p50 µs", "p99 µs", "node CPU µs", "node B", "peak MB");
        foreach (var row in Rows)
        {
            table.Add(
                row.Arm, row.InFlight, Figure(row.PerSecond), row.ToReference!.Value.ToString("F2", CultureInfo.InvariantCulture), Figure(row.P50Microseconds), Figure(row.P99Microseconds),
                row.BetweenCpuMicroseconds.ToString("F1", CultureInfo.InvariantCulture), Figure(row.BetweenBytes!.Value), row.BetweenPeakBytes is { } peak ? Figure(peak / 1e6) : "-");
        }

        var targets = new MarkdownTable(2, "scale", "target", "measured", "met");
        foreach (var target in Targets)
        {
            targets.Add(target.What, target.Target, target.Figure, target.Verdict);
        }

        var start = string.Create(
            CultureInfo.InvariantCulture,
            $"{Size.Consents:N0} consents, {Size.Rules:N0} rules, {Size.Entries:N0} entries: served {StartSeconds:F1} s after its process began, and had tiles and index {SettledSeconds:F0} s later.");
        return $"{Machine}\n\n{start}\n\n{table}\n\n{targets}";
    }

    private static IEnumerable<TransferTarget> TargetsOf(TransferRow large, IReadOnlyList<TransferRow> rows)
    {
        var empty = rows.First(row => row.Arm == ScaleArms.Empty && row.InFlight == large.InFlight);
        yield return TransferTarget.AtLeast($"large ÷ empty, transfers/s, {large.InFlight} in flight", LeastRatio, large.ToReference, string.Empty);
        yield return TransferTarget.AtLeast(
            $"empty ÷ large, node's CPU less {ColderMicroseconds} µs, {large.InFlight} in flight", LeastRatio, empty.BetweenCpuMicroseconds / (large.BetweenCpuMicroseconds - ColderMicroseconds), string.Empty);
        yield return TransferTarget.Published($"large − empty, node's CPU, {large.InFlight} in flight", "µs", large.BetweenCpuMicroseconds - empty.BetweenCpuMicroseconds, string.Empty);
    }

    private static string Figure(double value) => value.ToString("F0", CultureInfo.InvariantCulture);
}
