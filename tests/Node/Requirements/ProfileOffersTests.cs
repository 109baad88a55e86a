using Exchange.Cli.Demo.World;
using Exchange.Datasets.CustomerProfile.V1;
using Exchange.Format.V1;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Node.Tests.Requirements;

/// <summary>S18: habits, coarse; no history.</summary>
[Collection(SharedRequirements.Name)]
public sealed class ProfileOffersTests(RequirementsWorld world)
{
    [Fact]
    public async Task The_portal_learns_habits_coarser_than_they_are_held()
    {
        var query = RequirementsWorld.Ask("customer_profile.v1", "offers", "customer_id", "categories.category", "categories.orders", "orders_per_month", "average_basket", "region_name", "zip_code", "first_order_at", "last_order_at");
        await world.ConsentAsync(RequirementsWorld.Portal, query, "customer_id", "categories", "orders_per_month", "average_basket", "zip_code", "first_order_at", "last_order_at");

        // Before the one fetch of this month: what is refused costs nothing.
        var strict = await world.RefusedAsync(RequirementsWorld.Portal, query with { Strict = true });
        strict.Reason.ShouldBe("OVER_ASK");

        var page = await world.As(RequirementsWorld.Portal).FetchAsync(query);

        Profile.Parser.ParseFrom(page.Records.ShouldHaveSingleItem()).ShouldBe(new Profile
        {
            Categories = { new CategoryHabit { Category = "books" }, new CategoryHabit { Category = "toys" } },
            OrdersPerMonth = 10,
            AverageBasket = new Money { MinorUnits = 200_000, CurrencyCode = "RUB" },
            ZipCode = "170",
            FirstOrderAt = Timestamp.FromDateTimeOffset(new DateTimeOffset(2019, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            LastOrderAt = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero)),
        });
        page.Terms.Withheld.ShouldBe([
            new WithheldField { Path = "customer_id", Reason = WithheldReason.ForeignIdentifier },
            new WithheldField { Path = "categories.orders", Reason = WithheldReason.NotInPolicy },
            new WithheldField { Path = "region_name", Reason = WithheldReason.NotInPolicy },
        ]);
        page.Terms.Obligations.Frequency.ShouldBe(new Allowance { Units = 1, Per = CalendarPeriod.Month });
        var entry = world.ReleasedEntry(page, RequirementsWorld.Portal, query);
        world.Fields("customer_profile.v1", entry.FieldsReleased).ShouldBe([
            "categories.category", "orders_per_month", "average_basket.minor_units", "average_basket.currency_code", "zip_code", "first_order_at", "last_order_at",
        ]);

        var named = query with { Scheme = DemoMembers.Customer, Subject = RequirementsWorld.Customer };
        (await world.RefusedAsync(RequirementsWorld.Portal, named)).Reason.ShouldBe("FREQUENCY_EXCEEDED");
    }
}
