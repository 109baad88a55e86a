using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Exchange.Benches.Micro.Minimisation;

/// <summary>Bytes of records read in a nanosecond, on one core.</summary>
public sealed class GigabytesPerSecond : IColumn
{
    public string Id => nameof(GigabytesPerSecond);

    public string ColumnName => "GB/s";

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Bytes of records read in a nanosecond, on one core";

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(IsSized);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => !IsSized(benchmarkCase);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        IsSized(benchmarkCase) && summary[benchmarkCase]?.ResultStatistics is { } measured
            ? (Minimising.BytesOf((int)benchmarkCase.Parameters[nameof(Minimising.Size)]) / measured.Mean).ToString("0.00", CultureInfo.InvariantCulture)
            : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    private static bool IsSized(BenchmarkCase benchmarkCase) => benchmarkCase.Descriptor.Type == typeof(Minimising);
}
