using Exchange.Cli.Demo.Retail;
using Exchange.Samples.Marketplace.Books;

namespace Exchange.Cli.Tests.Demo;

public sealed class RetailComparisonTests
{
    private static readonly OnlineRetailRow[] File =
    [
        Row(2, "1001", "A", 6, 255, "17850"),
        Row(3, "1001", "B", 2, 0, "17850"),
        Row(4, "C1002", "A", -6, 255, "17850"),
        Row(5, "1003", "A", 1, 100, "12583"),
        Row(6, "1004", "A", -9, 0, customer: null),
    ];

    [Fact]
    public void What_is_the_same_agrees_and_nobodys_rows_stand_apart()
    {
        var comparison = RetailComparison.Of(File, Received(File));

        comparison.Differences.ShouldBeEmpty();
        comparison.OfCustomers.ShouldBe(new RetailFigures(4, 3, 1, 1, 1, 3, 100));
        comparison.Received.ShouldBe(comparison.OfCustomers);
        comparison.OfNobody.ShouldBe(new RetailFigures(1, 1, 0, 1, 1, -9, 0));
        (comparison.OfCustomers + comparison.OfNobody).Rows.ShouldBe(File.Length);
    }

    [Fact]
    public void A_missing_row_a_changed_price_a_swap_and_a_stranger_are_each_found()
    {
        Differences([.. File.Skip(1)]).ShouldHaveSingleItem().ShouldContain("customer 17850, invoice 1001");
        Differences([File[0] with { PricePence = 256 }, .. File.Skip(1)]).ShouldHaveSingleItem().ShouldContain("invoice 1001");
        Differences([File[1], File[0], .. File.Skip(2)]).ShouldHaveSingleItem().ShouldContain("invoice 1001");
        Differences([.. File, File[3]]).ShouldHaveSingleItem().ShouldContain("customer 12583, invoice 1003");
        Differences([.. File, File[4] with { Customer = "1" }]).ShouldHaveSingleItem().ShouldContain("customer 1, invoice 1004");
        Differences([.. File.Take(3)]).ShouldHaveSingleItem().ShouldContain("customer 12583");
    }

    [Fact]
    public void Rows_under_the_wrong_customer_differ_twice_though_all_sums_agree()
    {
        var comparison = RetailComparison.Of(File, Received([.. File.Take(3), File[3] with { Customer = "17850" }]));

        comparison.Received.ShouldBe(comparison.OfCustomers);
        comparison.Differences.Count.ShouldBe(2);
    }

    private static IReadOnlyList<string> Differences(OnlineRetailRow[] received) => RetailComparison.Of(File, Received(received)).Differences;

    private static Dictionary<string, IReadOnlyList<RetailLine>> Received(IEnumerable<OnlineRetailRow> rows) => rows
        .Where(row => row.Customer is not null)
        .GroupBy(row => row.Customer!, RetailLine.Of)
        .ToDictionary(group => group.Key, group => (IReadOnlyList<RetailLine>)[.. group]);

    private static OnlineRetailRow Row(int line, string invoice, string code, long quantity, long price, string? customer) =>
        new(line, invoice, code, "NAME", quantity, DateTimeOffset.UnixEpoch, price, customer, "United Kingdom");
}
