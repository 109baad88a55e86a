using Exchange.Format.V1;

namespace Exchange.Node.Tests.Requirements;

/// <summary>S8: a yes or no about spending, not the purchases.</summary>
[Collection(SharedRequirements.Name)]
public sealed class BenefitEligibilityTests(RequirementsWorld world)
{
    private static readonly Client.FetchQuery Query = RequirementsWorld.Ask("purchases.v1", "benefit") with { Assertions = ["spent-over-threshold", "bought-anything"] };

    [Fact]
    public async Task Social_protection_learns_two_answers_and_no_purchase()
    {
        await world.ConsentAsync(RequirementsWorld.Social, Query);

        var page = await world.As(RequirementsWorld.Social).FetchAsync(Query);

        // 30,000 roubles within the year; with the 25,000 of the year before it would be more than the threshold of 50,000.
        page.Answers.ShouldBe([
            new Answer { Assertion = "spent-over-threshold", Verdict = Verdict.False },
            new Answer { Assertion = "bought-anything", Verdict = Verdict.True },
        ]);
        page.Records.ShouldBeEmpty();
        page.Terms.Withheld.ShouldBeEmpty();
        page.Terms.Obligations.ShouldBe(new Obligations { Retention = 180L * 24 * 3600, NoOnwardTransfer = true });
        var entry = world.ReleasedEntry(page, RequirementsWorld.Social, Query);
        entry.Assertions.ShouldBe(["spent-over-threshold", "bought-anything"]);
        (entry.FieldsAsked.Length, entry.FieldsReleased.Length, entry.SubjectPseudonym.Length, entry.ConsentTag.Length).ShouldBe((0, 0, 48, 48));
    }

    [Fact]
    public async Task The_purchases_themselves_are_refused()
    {
        var refused = await world.RefusedAsync(RequirementsWorld.Social, Query with { Assertions = [], Fields = ["total", "ordered_at"] });

        refused.Reason.ShouldBe("FIELDS_NOT_PERMITTED");
    }
}
