using System.Globalization;
using Exchange.Datasets.Purchases.V1;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Samples.Marketplace.Books;

/// <summary>
/// Orders that nobody placed: the same seed and time give the same book. Customers have numbers from 1001 up, and between
/// three and twelve orders each in the last ten months; about one in eight is cancelled and its money given back.
/// </summary>
public sealed class SampleBook : IOrderBook
{
    private const string Currency = "RUB";
    private const int FirstCustomer = 1001;
    private const int FirstOrder = 70_000_001;
    private const int MostDaysAgo = 300;
    private const int MinutesPerDay = 24 * 60;

    private readonly Random _random;
    private readonly DateTimeOffset _until;
    private readonly OrderBook _book;
    private int _lastOrder = FirstOrder - 1;

    /// <summary>Writes a book.</summary>
    /// <param name="seed">What the book depends on, besides the time.</param>
    /// <param name="until">No order is younger.</param>
    /// <param name="customers">How many customers.</param>
    public SampleBook(int seed, DateTimeOffset until, int customers = 24)
    {
        _random = new Random(seed);
        _until = new DateTimeOffset(until.UtcTicks - (until.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        _book = new OrderBook(Enumerable.Range(FirstCustomer, customers).SelectMany(OrdersOf).ToArray());
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Customers => _book.Customers;

    /// <inheritdoc/>
    public OrderPage Read(OrderQuery query) => _book.Read(query);

    private List<Order> OrdersOf(int customer)
    {
        var buyer = SampleBuyers.Write(_random, customer);
        var delivery = SampleBuyers.Address(_random);
        var count = _random.Next(3, 13);
        return [.. Enumerable.Range(0, count).Select(_ => WriteOrder(customer, buyer, delivery))];
    }

    private Order WriteOrder(int customer, Buyer buyer, Delivery delivery)
    {
        var orderedAt = _until - TimeSpan.FromMinutes(_random.Next(MinutesPerDay, MostDaysAgo * MinutesPerDay));
        var cancelled = _random.Next(8) == 0;
        var items = Enumerable.Range(0, _random.Next(1, 5)).Select(_ => SampleGoods.Pick(_random, Currency)).ToArray();
        var total = items.Sum(item => item.Sum.MinorUnits);
        var order = new Order
        {
            CustomerId = customer.ToString(CultureInfo.InvariantCulture),
            OrderNumber = (++_lastOrder).ToString(CultureInfo.InvariantCulture),
            OrderedAt = Timestamp.FromDateTimeOffset(orderedAt),
            Status = cancelled ? OrderStatus.CanceledByClient : OrderStatus.Sold,
            Cancelled = cancelled,
            CancelledAt = cancelled ? Timestamp.FromDateTimeOffset(orderedAt + TimeSpan.FromHours(_random.Next(1, 20))) : null,
            Total = Kopecks(total),
            Receipt = SampleReceipts.Write(_random, orderedAt, cancelled, total, Currency),
            Buyer = buyer.Clone(),
            Delivery = delivery.Clone(),
        };
        order.Items.AddRange(items);
        return order;
    }

    private static Money Kopecks(long kopecks) => new() { MinorUnits = kopecks, CurrencyCode = Currency };
}
