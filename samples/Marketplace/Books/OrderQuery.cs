namespace Exchange.Samples.Marketplace.Books;

/// <summary>Which orders are asked for.</summary>
/// <param name="Customer">The marketplace's own name of the customer.</param>
/// <param name="Start">Orders from then on, microseconds since the epoch, UTC; 0: no limit.</param>
/// <param name="End">Orders before then; 0: no limit.</param>
/// <param name="PageSize">How many at most, at least 1.</param>
/// <param name="After">The cursor of the page before; null for the first page.</param>
public sealed record OrderQuery(string Customer, long Start, long End, int PageSize, OrderCursor? After);
