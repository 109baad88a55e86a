using Exchange.Datasets.Purchases.V1;
using Exchange.Samples.Marketplace.Books;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Cli.Tests.Marketplace;

public sealed class OrderBookTests
{
    private const long Second = 1_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Pages_of_any_size_make_the_same_book(int pageSize)
    {
        var book = new OrderBook([SomeOrder("ann", "b", 3), SomeOrder("ann", "c", 1), SomeOrder("ann", "a", 3), SomeOrder("bob", "d", 2)]);

        ReadAll(book, "ann", pageSize).Select(order => order.OrderNumber).ShouldBe(["c", "a", "b"]);
    }

    [Fact]
    public void The_last_page_has_no_cursor_even_when_it_is_full()
    {
        var book = new OrderBook([SomeOrder("ann", "a", 1), SomeOrder("ann", "b", 2)]);

        book.Read(new OrderQuery("ann", 0, 0, 2, null)).Next.ShouldBeNull();
        book.Read(new OrderQuery("ann", 0, 0, 1, null)).Next.ShouldNotBeNull();
    }

    [Fact]
    public void A_period_includes_its_start_and_excludes_its_end()
    {
        var book = new OrderBook([SomeOrder("ann", "a", 1), SomeOrder("ann", "b", 2), SomeOrder("ann", "c", 3)]);

        var page = book.Read(new OrderQuery("ann", 1 * Second, 3 * Second, 10, null));

        page.Orders.Select(order => order.OrderNumber).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void A_customer_without_orders_has_one_empty_page()
    {
        var page = new OrderBook([SomeOrder("ann", "a", 1)]).Read(new OrderQuery("bob", 0, 0, 10, null));

        page.Orders.ShouldBeEmpty();
        page.Next.ShouldBeNull();
    }

    [Fact]
    public void A_cursor_survives_its_journey_and_nothing_else_is_one()
    {
        var cursor = new OrderCursor(-5, "number with spaces");

        OrderCursor.TryParse(cursor.ToToken(), out var read).ShouldBeTrue();
        read.ShouldBe(cursor);
        OrderCursor.TryParse("12"u8, out _).ShouldBeFalse();
        OrderCursor.TryParse("x y"u8, out _).ShouldBeFalse();
    }

    [Fact]
    public void The_same_seed_writes_the_same_sample_book()
    {
        var until = new DateTimeOffset(2026, 11, 21, 12, 0, 30, TimeSpan.Zero);
        var one = new SampleBook(7, until);
        var other = new SampleBook(7, until);

        one.Customers.Count.ShouldBe(24);
        foreach (var customer in one.Customers)
        {
            var orders = ReadAll(one, customer, 5);
            orders.ShouldBe(ReadAll(other, customer, 3));
            orders.Count.ShouldBeInRange(3, 12);
            orders.ShouldAllBe(order => order.CustomerId == customer && order.Total.MinorUnits == order.Items.Sum(item => item.Sum.MinorUnits));
            orders.ShouldAllBe(order => order.OrderedAt.ToDateTimeOffset() <= until && order.Receipt.FiscalDriveNumber.Length == 16);
        }

        one.Customers.SelectMany(customer => ReadAll(one, customer, 5)).Count(order => order.Cancelled).ShouldBeGreaterThan(0);
        ReadAll(new SampleBook(8, until), "1001", 5).ShouldNotBe(ReadAll(one, "1001", 5));
    }

    internal static List<Order> ReadAll(IOrderBook book, string customer, int pageSize)
    {
        List<Order> orders = [];
        OrderCursor? after = null;
        do
        {
            var page = book.Read(new OrderQuery(customer, 0, 0, pageSize, after));
            page.Orders.Count.ShouldBeLessThanOrEqualTo(pageSize);
            orders.AddRange(page.Orders);
            after = page.Next;
        }
        while (after is not null);

        return orders;
    }

    private static Order SomeOrder(string customer, string number, long second) =>
        new() { CustomerId = customer, OrderNumber = number, OrderedAt = new Timestamp { Seconds = second } };
}
