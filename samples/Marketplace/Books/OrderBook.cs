using Exchange.Datasets.Purchases.V1;

namespace Exchange.Samples.Marketplace.Books;

/// <summary>Orders in memory, by customer and in the order of their time.</summary>
public sealed class OrderBook : IOrderBook
{
    private readonly Dictionary<string, Order[]> _orders;

    /// <summary>Sorts the orders of each customer by time, then number.</summary>
    public OrderBook(IEnumerable<Order> orders)
    {
        _orders = orders
            .GroupBy(order => order.CustomerId, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.OrderBy(OrderCursor.Of).ToArray(), StringComparer.Ordinal);
        Customers = [.. _orders.Keys.Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Customers { get; }

    /// <inheritdoc/>
    public OrderPage Read(OrderQuery query)
    {
        List<Order> page = [];
        foreach (var order in _orders.GetValueOrDefault(query.Customer, []))
        {
            var place = OrderCursor.Of(order);
            if (query.After is { } after && place <= after || place.OrderedAt < query.Start)
            {
                continue;
            }

            if (query.End != 0 && place.OrderedAt >= query.End)
            {
                break;
            }

            if (page.Count == query.PageSize)
            {
                return new OrderPage(page, OrderCursor.Of(page[^1]));
            }

            page.Add(order);
        }

        return new OrderPage(page, Next: null);
    }
}
