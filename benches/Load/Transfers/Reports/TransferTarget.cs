using System.Globalization;

namespace Exchange.Benches.Load.Transfers.Reports;

/// <summary>A target of transfers and what this run says of it.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Target">In words; a dash where a figure is published without one.</param>
/// <param name="Measured">The figure; null when the run lacks what it takes.</param>
/// <param name="Unit">Of the figure; empty for a ratio.</param>
/// <param name="Met">Null without a target, or without a figure.</param>
/// <param name="Missing">Why there is no figure.</param>
internal sealed record TransferTarget(string What, string Target, double? Measured, string Unit, bool? Met, string? Missing)
{
    public static TransferTarget AtLeast(string what, double least, double? measured, string missing) =>
        new(what, string.Create(CultureInfo.InvariantCulture, $"at least {least:0.0}"), measured, string.Empty, measured is null ? null : measured >= least, measured is null ? missing : null);

    public static TransferTarget AtMost(string what, double most, string unit, double? measured, string missing) =>
        new(what, string.Create(CultureInfo.InvariantCulture, $"at most {most:#,0} {unit}").TrimEnd(), measured, unit, measured is null ? null : measured <= most, measured is null ? missing : null);

    public static TransferTarget Published(string what, string unit, double? measured, string missing) =>
        new(what, "-", measured, unit, null, measured is null ? missing : null);

    /// <summary>As the table has it.</summary>
    public string Figure => Measured is not { } figure ? Missing! : Unit switch
    {
        "" => figure.ToString("F2", CultureInfo.InvariantCulture),
        "µs" => figure.ToString("N1", CultureInfo.InvariantCulture),
        _ => figure.ToString("N0", CultureInfo.InvariantCulture),
    } + (Unit.Length > 0 ? $" {Unit}" : string.Empty);

    public string Verdict => Met is { } met ? met ? "yes" : "NO" : "-";
}
