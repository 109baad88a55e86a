using Exchange.Datasets.Purchases.V1;

namespace Exchange.Samples.Marketplace.Books;

/// <summary>Some orders, and where to go on; no cursor on the last page.</summary>
public sealed record OrderPage(IReadOnlyList<Order> Orders, OrderCursor? Next);
