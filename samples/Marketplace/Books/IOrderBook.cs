namespace Exchange.Samples.Marketplace.Books;

/// <summary>Where a marketplace finds its customers' orders.</summary>
public interface IOrderBook
{
    /// <summary>The customers who have orders, in ascending order.</summary>
    IReadOnlyList<string> Customers { get; }

    /// <summary>One page of a customer's orders, oldest first. A customer without orders has one empty page.</summary>
    OrderPage Read(OrderQuery query);
}
