using Exchange.Datasets.Purchases.V1;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Samples.Marketplace.Books;

/// <summary>
/// The "Online Retail" transactions as orders: one for each invoice and customer, its items in the order of the rows. Rows
/// without a customer are nobody's, so no subject can be asked about: they are counted and served to no one.
/// </summary>
public sealed class OnlineRetailBook : IOrderBook
{
    private const string Currency = "GBP";

    private readonly OrderBook _book;

    private OnlineRetailBook(IReadOnlyList<OnlineRetailRow> rows)
    {
        Rows = rows;
        RowsWithoutCustomer = rows.Count(row => row.Customer is null);
        _book = new OrderBook(rows
            .Where(row => row.Customer is not null)
            .GroupBy(row => (row.Invoice, row.Customer))
            .Select(invoice => ToOrder([.. invoice])));
    }

    /// <summary>The rows as they stand in the file.</summary>
    public IReadOnlyList<OnlineRetailRow> Rows { get; }

    /// <summary>How many rows name no customer.</summary>
    public int RowsWithoutCustomer { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Customers => _book.Customers;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">A row is not of the expected form; the message names its line.</exception>
    public static OnlineRetailBook Load(string path) => new([.. OnlineRetailRow.ReadAll(path)]);

    /// <inheritdoc/>
    public OrderPage Read(OrderQuery query) => _book.Read(query);

    private static Order ToOrder(OnlineRetailRow[] rows)
    {
        var first = rows[0];
        // The rows of an invoice may have been written over a minute's end; it was ordered with the first.
        var orderedAt = Timestamp.FromDateTimeOffset(rows.Min(row => row.Time));
        var order = new Order
        {
            CustomerId = first.Customer,
            OrderNumber = first.Invoice,
            OrderedAt = orderedAt,
            Status = first.Cancellation ? OrderStatus.CanceledByClient : OrderStatus.Sold,
            Cancelled = first.Cancellation,
            CancelledAt = first.Cancellation ? orderedAt : null,
            Total = Pence(rows.Sum(row => row.SumPence)),
            Delivery = new Delivery { CountryName = first.Country },
        };
        order.Items.AddRange(rows.Select(ToItem));
        return order;
    }

    private static Item ToItem(OnlineRetailRow row) => new()
    {
        SupplierArticle = row.StockCode,
        Name = row.Description,
        Quantity = row.Quantity,
        Price = Pence(row.PricePence),
        Sum = Pence(row.SumPence),
    };

    private static Money Pence(long pence) => new() { MinorUnits = pence, CurrencyCode = Currency };
}
