namespace Exchange.Cli.Demo.Retail;

/// <summary>What an accountant would compare first.</summary>
/// <param name="Rows">Items of invoices.</param>
/// <param name="Invoices">Invoices, cancellations among them.</param>
/// <param name="CancelledRows">Items of cancellations.</param>
/// <param name="NegativeQuantities">Items given back or written off.</param>
/// <param name="ZeroPrices">Items without a price.</param>
/// <param name="Units">Sum of the quantities.</param>
/// <param name="SumPence">Sum of quantity times price, in pence.</param>
public sealed record RetailFigures(int Rows, int Invoices, int CancelledRows, int NegativeQuantities, int ZeroPrices, long Units, long SumPence)
{
    /// <summary>Counts and sums.</summary>
    public static RetailFigures Of(IReadOnlyCollection<RetailLine> lines) => new(
        lines.Count,
        lines.Select(line => line.Invoice).Distinct(StringComparer.Ordinal).Count(),
        lines.Count(line => line.Cancelled),
        lines.Count(line => line.Quantity < 0),
        lines.Count(line => line.PricePence == 0),
        lines.Sum(line => line.Quantity),
        lines.Sum(line => line.SumPence));

    /// <summary>The figures of two disjoint sets of invoices together.</summary>
    public static RetailFigures operator +(RetailFigures left, RetailFigures right) => new(
        left.Rows + right.Rows,
        left.Invoices + right.Invoices,
        left.CancelledRows + right.CancelledRows,
        left.NegativeQuantities + right.NegativeQuantities,
        left.ZeroPrices + right.ZeroPrices,
        left.Units + right.Units,
        left.SumPence + right.SumPence);
}
