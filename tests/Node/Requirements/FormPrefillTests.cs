using Exchange.Datasets.Purchases.V1;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Requirements;

/// <summary>S9: a few fields, once.</summary>
[Collection(SharedRequirements.Name)]
public sealed class FormPrefillTests(RequirementsWorld world)
{
    [Fact]
    public async Task The_portal_gets_name_and_address_and_what_tells_which_telephone_it_is_and_only_once_a_day()
    {
        var query = RequirementsWorld.Ask("purchases.v1", "form-prefill", "buyer", "buyer.email", "delivery", "delivery.pvz_code") with
        {
            From = Instant.From(RequirementsWorld.Today.AddDays(-90)),
            Until = Instant.From(RequirementsWorld.Today),
            PageSize = 1,
        };
        await world.ConsentAsync(RequirementsWorld.Portal, query, "buyer", "delivery");

        var page = await world.As(RequirementsWorld.Portal).FetchAsync(query);

        Order.Parser.ParseFrom(page.Records.ShouldHaveSingleItem()).ShouldBe(new Order
        {
            Buyer = new Buyer { LastName = "Иванова", FirstName = "Анна", MiddleName = "Петровна", Phone = "***4567" },
            Delivery = new Delivery { CountryName = "Россия", RegionName = "Тверская область", ZipCode = "170100", FullAddress = "Тверь, Советская, 1" },
        });
        page.Terms.Withheld.ShouldBe([
            new WithheldField { Path = "buyer.email", Reason = WithheldReason.NotInPolicy },
            new WithheldField { Path = "delivery.pvz_code", Reason = WithheldReason.NotInPolicy },
        ]);
        page.Terms.Obligations.ShouldBe(new Obligations
        {
            Retention = 24 * 3600,
            NoOnwardTransfer = true,
            MaximumPeriod = 90L * 24 * 3600,
            Frequency = new Allowance { Units = 1, Per = CalendarPeriod.Day },
        });
        var entry = world.ReleasedEntry(page, RequirementsWorld.Portal, query);
        world.Fields("purchases.v1", entry.FieldsReleased).ShouldBe([
            "buyer.last_name", "buyer.first_name", "buyer.middle_name", "buyer.phone", "delivery.country_name", "delivery.region_name", "delivery.zip_code", "delivery.full_address",
        ]);

        var again = await world.RefusedAsync(RequirementsWorld.Portal, query);
        again.Reason.ShouldBe("FREQUENCY_EXCEEDED");
        again.RetryAfter.ShouldNotBeNull().ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromDays(1));
    }
}
