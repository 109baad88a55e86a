using Exchange.Policy.Model;

namespace Exchange.Policy.Tests.Loading;

public sealed class ObligationsReaderTests
{
    private const string Statistics = """
        purposes:
          - {id: demand, title: Statistics of demand}
        rules:
          - id: demand
            consumer: spiffe://exchange.test/gov/tax
            provider: spiffe://exchange.test/market/sample
            dataset: demand.v1
            purpose: demand
            basis: statistics
            reference: Article 5 of the act on official statistics
            fields: {month: keep, region_name: keep, category: keep, orders: keep}
            obligations:
              minimum_contributors: 10
              frequency: { fetches: 2, per: quarter }
        """;

    [Fact]
    public void Frequency_and_contributors_are_obligations()
    {
        var rule = SomePolicy.Load(Statistics, out var said).ShouldNotBeNull(string.Join('\n', said)).Rules.Single();

        rule.Obligations.ShouldBe(new Obligations(Frequency: new(2, CalendarPeriod.Quarter), MinimumContributors: 10));
        rule.Obligations.Frequency!.ToString().ShouldBe("2 per quarter");
    }

    [Theory]
    [InlineData("      minimum_contributors: 10\n", "", ":13:7: statistics says under how many people a cell is suppressed; add 'minimum_contributors', at least 3")]
    [InlineData("    obligations:\n      minimum_contributors: 10\n      frequency: { fetches: 2, per: quarter }", "", ":4:5: statistics says under how many people a cell is suppressed; add 'minimum_contributors', at least 3, to 'obligations'")]
    [InlineData("minimum_contributors: 10", "minimum_contributors: 2", ":13:29: expected a whole number from 3 to 1000000, found '2'")]
    [InlineData("basis: statistics", "basis: public-task", ":9:12: the records of 'demand.v1' are cells, of which only statistics suppresses those with few people behind them", "", 2)]
    [InlineData("per: quarter", "per: week", ":14:37: expected a calendar period (", "found 'week'")]
    [InlineData("fetches: 2", "fetches: 0", ":14:29: expected a whole number from 1 to 1000000, found '0'")]
    [InlineData("fetches: 2", "evaluations: 2", ":14:18: the key 'fetches' is missing", "", 2)]
    public void A_mistake_is_told_where_it_is(string sound, string mistaken, string expected, string end = "", int count = 1)
    {
        SomePolicy.Load(Statistics.Replace(sound, mistaken, StringComparison.Ordinal), out var said).ShouldBeNull();

        said.Count.ShouldBe(count, string.Join('\n', said));
        said[0].ShouldStartWith("tax.yaml" + expected);
        said[0].ShouldEndWith(end);
    }

    [Fact]
    public void Statistics_needs_a_dataset_of_cells()
    {
        SomePolicy.Load(
            SomePolicy.Text.Replace("basis: public-task", "basis: statistics", StringComparison.Ordinal)
                .Replace("      price: keep\n", "      price: keep\n    obligations: {minimum_contributors: 3}\n", StringComparison.Ordinal),
            out var said);

        said.ShouldBe(["tax.yaml:29:12: statistics releases partitions of cells: 'prices.v1' has no dimension_fields in its dataset option"]);
    }

    [Fact]
    public void All_rules_for_one_partition_suppress_alike()
    {
        var second = Statistics[Statistics.IndexOf("rules:", StringComparison.Ordinal)..]
            .Replace("id: demand", "id: demand-portal", StringComparison.Ordinal).Replace("gov/tax", "gov/portal", StringComparison.Ordinal);

        SomePolicy.Load(out _, ("a.yaml", Statistics), ("b.yaml", second)).ShouldNotBeNull();
        SomePolicy.Load(out var said, ("a.yaml", Statistics), ("b.yaml", second.Replace("10", "9", StringComparison.Ordinal))).ShouldBeNull();

        said.ShouldBe(["b.yaml:2:5: all rules of one provider and dataset share 'minimum_contributors'; here it is 9, in 'demand' at a.yaml:4 it is 10"]);
    }
}
