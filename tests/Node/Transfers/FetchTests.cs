using Exchange.Cli.Demo.World;
using Exchange.Datasets.Purchases.V1;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Transfers;

[Collection(SharedWorld.Name)]
public sealed class FetchTests(SomeWorld world)
{
    [Fact]
    public async Task A_tax_service_gets_the_permitted_fields_of_a_citizens_orders_and_nothing_else()
    {
        var page = await world.Tax.FetchAsync(SomeWorld.Ask());

        var served = world.OrdersOf(SomeWorld.Citizen);
        page.Records.Count.ShouldBe(served.Count);
        foreach (var (record, order) in page.Records.Zip(served))
        {
            var expected = new Order { OrderNumber = order.OrderNumber, OrderedAt = order.OrderedAt, Total = order.Total, Receipt = order.Receipt, Items = { order.Items } };
            Order.Parser.ParseFrom(record).ShouldBe(expected);
        }

        page.Terms.LegalBasis.ShouldBe(Format.V1.LegalBasis.Consent);
        page.Terms.Obligations.NoOnwardTransfer.ShouldBeTrue();
        page.Terms.Obligations.Retention.ShouldBe(1095L * 24 * 3600);
        page.Terms.ConsentReference.ToByteArray().ShouldBe(world.Consents[SomeWorld.Citizen].Id.ToArray());
    }

    [Fact]
    public async Task An_entry_says_what_was_released_and_names_nobody()
    {
        var page = await world.Tax.FetchAsync(SomeWorld.Ask());
        var entry = world.EntryOf(page.Receipt);

        entry.Kind.ShouldBe(EntryKind.Released);
        entry.TransferId.ShouldBe(page.Header.TransferId);
        entry.Consumer.ShouldBe(DemoMembers.TaxService.Value);
        entry.Provider.ShouldBe(DemoMembers.Marketplace.Value);
        entry.FieldsReleased.ShouldNotBeEmpty();
        entry.SubjectPseudonym.Length.ShouldBe(48);
        entry.ConsentTag.Length.ShouldBe(48);
        var text = entry.ToString();
        text.ShouldNotContain(Inn.OfCustomer(SomeWorld.Citizen));
        text.ShouldNotContain(SomeWorld.Citizen);
    }

    [Fact]
    public async Task No_log_line_names_anybody()
    {
        await world.Tax.FetchAsync(SomeWorld.Ask());
        await Should.ThrowAsync<Client.ExchangeRefusedException>(() => world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.AnsweredMalformed)));

        world.Node.Log.Lines.ShouldNotBeEmpty();
        foreach (var customer in world.Book.Customers)
        {
            world.Node.Log.Lines.ShouldAllBe(line => !line.Contains(Inn.OfCustomer(customer), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Two_transfers_about_one_subject_have_nothing_in_common_that_links_them()
    {
        var first = world.EntryOf((await world.Tax.FetchAsync(SomeWorld.Ask())).Receipt);
        var second = world.EntryOf((await world.Tax.FetchAsync(SomeWorld.Ask())).Receipt);

        first.SubjectPseudonym.ShouldNotBe(second.SubjectPseudonym);
        first.ConsentTag.ShouldNotBe(second.ConsentTag);
        first.PayloadCommitment.ShouldNotBe(second.PayloadCommitment);
        first.ObjectDigest.ShouldNotBe(second.ObjectDigest);
    }

    [Fact]
    public async Task What_is_asked_beyond_the_permitted_is_withheld_and_said_so_field_by_field()
    {
        var page = await world.Tax.FetchAsync(SomeWorld.Ask() with { Fields = ["order_number", "cancelled", "buyer.phone", "customer_id"] });

        page.Terms.Withheld.Select(field => (field.Path, field.Reason)).ShouldBe([
            ("customer_id", WithheldReason.NotInPolicy),
            ("cancelled", WithheldReason.NotInConsent),
            ("buyer.phone", WithheldReason.NotInPolicy),
        ]);
        foreach (var record in page.Records)
        {
            var order = Order.Parser.ParseFrom(record);
            order.ShouldBe(new Order { OrderNumber = order.OrderNumber });
        }
    }

    [Fact]
    public async Task A_parent_means_its_permitted_leaves()
    {
        var page = await world.Tax.FetchAsync(SomeWorld.Ask() with { Fields = ["receipt"], Strict = true });

        page.Records.ShouldNotBeEmpty();
        page.Terms.Withheld.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_follow_each_other_each_with_its_own_entry()
    {
        var pages = await world.Tax.FetchPagesAsync(SomeWorld.Ask() with { PageSize = 2 }).ToListAsync();

        var served = world.OrdersOf(SomeWorld.Citizen);
        pages.Count.ShouldBe((served.Count + 1) / 2);
        pages.Select(page => page.Header.PageNumber).ShouldBe(Enumerable.Range(1, pages.Count).Select(number => (uint)number));
        pages.Select(page => page.Receipt.Index).Distinct().Count().ShouldBe(pages.Count);
        pages.SelectMany(page => page.Records).Select(record => Order.Parser.ParseFrom(record).OrderNumber).ShouldBe(served.Select(order => order.OrderNumber));
        pages[^1].Header.LastPage.ShouldBeTrue();
    }

    [Fact]
    public async Task A_period_bounds_what_comes()
    {
        var served = world.OrdersOf(SomeWorld.Citizen);
        var from = Instant.From(served[1].OrderedAt.ToDateTimeOffset());
        var until = Instant.From(served[^1].OrderedAt.ToDateTimeOffset());

        var page = await world.Tax.FetchAsync(SomeWorld.Ask() with { From = from, Until = until });

        page.Records.Count.ShouldBe(served.Count - 2);
    }

    [Fact]
    public async Task Preview_tells_policy_and_no_more()
    {
        var preview = await world.Tax.PreviewAsync(DemoMembers.Marketplace, DemoMembers.Purchases, DemoMembers.TaxDeduction, ["order_number", "buyer.phone"]);

        preview.Rule.ShouldBe("purchases-for-tax-deduction");
        preview.Released.ShouldBe(["order_number"]);
        preview.Withheld.ShouldHaveSingleItem().Reason.ShouldBe(WithheldReason.NotInPolicy);
    }
}
