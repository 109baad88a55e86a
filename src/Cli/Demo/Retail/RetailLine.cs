using Exchange.Datasets.Purchases.V1;
using Exchange.Samples.Marketplace.Books;

namespace Exchange.Cli.Demo.Retail;

/// <summary>An item of an invoice, from either end of the exchange: as the file has it, and as the consumer received it.</summary>
/// <param name="Invoice">The invoice's number.</param>
/// <param name="StockCode">The seller's code of the goods.</param>
/// <param name="Name">Their name.</param>
/// <param name="Quantity">Negative for goods given back.</param>
/// <param name="PricePence">Price of one.</param>
/// <param name="SumPence">Quantity times price.</param>
/// <param name="Cancelled">Whether the invoice is a cancellation.</param>
public sealed record RetailLine(string Invoice, string StockCode, string Name, long Quantity, long PricePence, long SumPence, bool Cancelled)
{
    /// <summary>A row of the file.</summary>
    public static RetailLine Of(OnlineRetailRow row) =>
        new(row.Invoice, row.StockCode, row.Description, row.Quantity, row.PricePence, row.SumPence, row.Cancellation);

    /// <summary>The items of an order as it was received.</summary>
    public static IEnumerable<RetailLine> Of(Order order) => order.Items.Select(item => new RetailLine(
        order.OrderNumber, item.SupplierArticle, item.Name, item.Quantity, Pence(item.Price), Pence(item.Sum), order.Cancelled));

    // A sum in another currency is not a sum in pence; it must not be equal to one by accident.
    private static long Pence(Money money) => money.CurrencyCode == "GBP"
        ? money.MinorUnits
        : throw new InvalidDataException($"A sum is in '{money.CurrencyCode}', not in GBP.");
}
