using Exchange.Cli.Demo.Retail;
using Exchange.Datasets.Purchases.V1;
using Exchange.Samples.Marketplace.Books;

namespace Exchange.Cli.Tests.Marketplace;

public sealed class OnlineRetailBookTests
{
    [SharedFact]
    public void The_figures_of_December_2010_are_those_that_another_program_counted()
    {
        // Counted from the file with Python's csv and decimal modules.
        var book = OnlineRetailBook.Load(DecemberFile);

        book.Rows.Count.ShouldBe(42_481);
        book.RowsWithoutCustomer.ShouldBe(15_631);
        book.Customers.Count.ShouldBe(948);
        Figures(book.Rows.Where(row => row.Customer is not null)).ShouldBe(new RetailFigures(26_850, 1_708, 690, 690, 3, 296_362, 55_460_402));
        Figures(book.Rows.Where(row => row.Customer is null)).ShouldBe(new RetailFigures(15_631, 317, 38, 108, 270, 45_866, 19_435_300));
    }

    [SharedFact]
    public void Every_row_of_a_customer_is_served_once_in_the_order_of_the_file()
    {
        var book = OnlineRetailBook.Load(DecemberFile);

        var served = book.Customers.ToDictionary(customer => customer, customer => (IReadOnlyList<RetailLine>)[.. All(book, customer).SelectMany(RetailLine.Of)]);

        var comparison = RetailComparison.Of(book.Rows, served);
        comparison.Differences.ShouldBeEmpty();
        comparison.Received.ShouldBe(new RetailFigures(26_850, 1_708, 690, 690, 3, 296_362, 55_460_402));
    }

    [Fact]
    public void Invoices_become_orders()
    {
        using var folder = new TemporaryFolder();
        var book = Load(
            folder,
            """
            C1002,D,Discount,-1,2010-12-02 09:00:00,27.5,17850.0,United Kingdom
            1001,85123A,"HEART, ""WHITE"" ",6,2010-12-01 08:27:00,2.55,17850.0,United Kingdom
            1001,71053,GIFT,2,2010-12-01 08:26:00,0.0,17850.0,United Kingdom
            1003,71053,LOST,-9,2010-12-03 08:26:00,0.0,,United Kingdom
            """);

        var orders = All(book, "17850");

        book.Customers.ShouldBe(["17850"]);
        book.RowsWithoutCustomer.ShouldBe(1);
        orders.Select(order => order.OrderNumber).ShouldBe(["1001", "C1002"]);
        orders[0].OrderedAt.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2010, 12, 1, 8, 26, 0, TimeSpan.Zero));
        orders[0].Total.ShouldBe(new Money { MinorUnits = 1530, CurrencyCode = "GBP" });
        orders[0].Cancelled.ShouldBeFalse();
        orders[0].Items.Select(item => (item.SupplierArticle, item.Name, item.Quantity, item.Price.MinorUnits, item.Sum.MinorUnits)).ShouldBe(
        [
            ("85123A", "HEART, \"WHITE\" ", 6L, 255L, 1530L),
            ("71053", "GIFT", 2L, 0L, 0L),
        ]);
        orders[1].Cancelled.ShouldBeTrue();
        orders[1].Status.ShouldBe(OrderStatus.CanceledByClient);
        orders[1].Total.MinorUnits.ShouldBe(-2750);
        orders[1].Items.ShouldHaveSingleItem().Quantity.ShouldBe(-1);
    }

    [Theory]
    [InlineData("1001,85123A,HEART,six,2010-12-01 08:26:00,2.55,17850.0,United Kingdom")]
    [InlineData("1001,85123A,HEART,6,01.12.2010,2.55,17850.0,United Kingdom")]
    [InlineData("1001,85123A,HEART,6,2010-12-01 08:26:00,2.555,17850.0,United Kingdom")]
    [InlineData("1001,85123A,HEART,6,2010-12-01 08:26:00,2.55,somebody,United Kingdom")]
    public void A_row_of_another_form_is_refused_by_its_line(string row)
    {
        using var folder = new TemporaryFolder();

        var fault = Should.Throw<InvalidDataException>(() => Load(folder, "1001,71053,GIFT,2,2010-12-01 08:26:00,0.0,17850.0,United Kingdom\n" + row));

        fault.Message.ShouldStartWith("Line 3 ");
    }

    private static string DecemberFile => Path.Combine(Prerequisites.Shared!, "data", "online-retail-2010-12.csv");

    private static RetailFigures Figures(IEnumerable<OnlineRetailRow> rows) => RetailFigures.Of([.. rows.Select(RetailLine.Of)]);

    private static List<Order> All(IOrderBook book, string customer) => OrderBookTests.ReadAll(book, customer, pageSize: 7);

    private static OnlineRetailBook Load(TemporaryFolder folder, string rows)
    {
        var file = folder.File("retail.csv");
        File.WriteAllText(file, "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n" + rows);
        return OnlineRetailBook.Load(file);
    }
}
