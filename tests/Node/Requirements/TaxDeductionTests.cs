using Exchange.Datasets.Purchases.V1;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Node.Tests.Requirements;

/// <summary>S3: order number, date, sum and fiscal receipt as evidence for a tax deduction.</summary>
[Collection(SharedRequirements.Name)]
public sealed class TaxDeductionTests(RequirementsWorld world)
{
    private static readonly Client.FetchQuery Query = RequirementsWorld.Ask("purchases.v1", "tax-deduction", "order_number", "ordered_at", "total", "receipt", "receipt.buyer_inn", "buyer.phone") with
    {
        From = Instant.From(RequirementsWorld.Today.AddDays(-366)),
        Until = Instant.From(RequirementsWorld.Today),
    };

    [Fact]
    public async Task The_tax_service_gets_the_evidence_and_not_who_bought()
    {
        await world.ConsentAsync(RequirementsWorld.Tax, Query, "order_number", "ordered_at", "receipt");

        var page = await world.As(RequirementsWorld.Tax).FetchAsync(Query);

        Order.Parser.ParseFrom(page.Records.ShouldHaveSingleItem()).ShouldBe(new Order
        {
            OrderNumber = "70000001",
            OrderedAt = Timestamp.FromDateTimeOffset(world.Household.OrderedAt),
            Receipt = world.Household.Receipt(buyerInn: string.Empty),
        });
        page.Terms.Withheld.ShouldBe([
            new WithheldField { Path = "total.minor_units", Reason = WithheldReason.NotInConsent },
            new WithheldField { Path = "total.currency_code", Reason = WithheldReason.NotInConsent },
            new WithheldField { Path = "receipt.buyer_inn", Reason = WithheldReason.NotInPolicy },
            new WithheldField { Path = "buyer.phone", Reason = WithheldReason.NotInPolicy },
        ]);
        (page.Terms.LegalBasis, page.Terms.LegalReference, page.Terms.ConsentReference.Length).ShouldBe((Format.V1.LegalBasis.Consent, string.Empty, 16));
        page.Terms.Obligations.ShouldBe(new Obligations { Retention = 1095L * 24 * 3600, NoOnwardTransfer = true, MaximumPeriod = 366L * 24 * 3600 });
        var entry = world.ReleasedEntry(page, RequirementsWorld.Tax, Query);
        (entry.SubjectPseudonym.Length, entry.ConsentTag.Length).ShouldBe((48, 48));
        world.Fields("purchases.v1", entry.FieldsReleased).ShouldBe([
            "order_number", "ordered_at", "receipt.user", "receipt.user_inn", "receipt.date_time", "receipt.operation_type", "receipt.total_sum.minor_units",
            "receipt.total_sum.currency_code", "receipt.cash_total_sum.minor_units", "receipt.cash_total_sum.currency_code", "receipt.ecash_total_sum.minor_units",
            "receipt.ecash_total_sum.currency_code", "receipt.kkt_reg_id", "receipt.fiscal_drive_number", "receipt.fiscal_document_number", "receipt.fiscal_sign",
            "receipt.shift_number", "receipt.request_number", "receipt.applied_taxation_type", "receipt.retail_place",
        ]);
        world.Fields("purchases.v1", entry.FieldsAsked).Except(world.Fields("purchases.v1", entry.FieldsReleased)).ShouldBe(["total.minor_units", "total.currency_code", "receipt.buyer_inn", "buyer.phone"]);
    }

    [Fact]
    public async Task A_period_of_more_than_a_year_is_refused()
    {
        var refused = await world.RefusedAsync(RequirementsWorld.Tax, Query with { From = Query.From - TimeSpan.FromDays(1) });

        refused.Reason.ShouldBe("PERIOD_NOT_PERMITTED");
        refused.Violations.ShouldHaveSingleItem().Value.ShouldContain("at most 366 days");
    }
}
