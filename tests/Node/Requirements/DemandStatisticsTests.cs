using Exchange.Datasets.Demand.V1;
using Exchange.Format.V1;
using Exchange.Node.Tests.Statistics;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Requirements;

/// <summary>S5: demand by region and category, no cell of fewer than ten people.</summary>
[Collection(SharedRequirements.Name)]
public sealed class DemandStatisticsTests(RequirementsWorld world)
{
    private Client.FetchQuery Query => RequirementsWorld.Ask("demand.v1", "demand-statistics", "month", "region_name", "category", "orders", "revenue", "contributors") with
    {
        Scheme = null,
        Subject = null,
        From = Instant.From(world.Household.Month),
        Until = Instant.From(world.Household.Month.AddMonths(1)),
    };

    [Fact]
    public async Task The_statistics_office_gets_cells_of_many_people_and_not_how_many()
    {
        var page = await world.As(RequirementsWorld.Statistics).FetchAsync(Query);

        var cells = page.Records.Select(record => Cell.Parser.ParseFrom(record)).ToList();
        cells.Select(Figures.NameOf).ShouldBe(["/", "/books", "/toys", "north/", "south/", "west/", "west/books", "west/toys"]);
        cells.Single(cell => Figures.NameOf(cell) == "west/books").ShouldBe(new Cell
        {
            Month = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(world.Household.Month),
            RegionName = "west",
            Category = "books",
            Orders = 150,
            Revenue = new Money { MinorUnits = 5_000_000, CurrencyCode = "RUB" },
        });
        page.Terms.Withheld.ShouldBe([new WithheldField { Path = "contributors", Reason = WithheldReason.NotInPolicy }]);
        (page.Terms.LegalBasis, page.Terms.LegalReference).ShouldBe((Format.V1.LegalBasis.Statistics, "Article 8 of the act on official statistics"));
        page.Terms.Obligations.ShouldBe(new Obligations { MinimumContributors = 10 });
        var entry = world.ReleasedEntry(page, RequirementsWorld.Statistics, Query);
        (entry.SubjectPseudonym.Length, entry.ConsentTag.Length).ShouldBe((0, 0));
        world.Fields("demand.v1", entry.FieldsReleased).ShouldBe(["month", "region_name", "category", "orders", "revenue.minor_units", "revenue.currency_code"]);
    }

    [Fact]
    public async Task Half_a_month_is_refused()
    {
        var refused = await world.RefusedAsync(RequirementsWorld.Statistics, Query with { Until = Instant.From(world.Household.Month.AddDays(15)) });

        refused.Reason.ShouldBe("PERIOD_NOT_PERMITTED");
    }
}
