using Exchange.Policy.Evaluation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Tests.Evaluation;

public sealed class PolicyExplanationTests
{
    private static readonly PolicySnapshot Policy = SomePolicy.Sound();

    [Fact]
    public void Each_leaf_is_told_with_the_line_that_decides()
    {
        var explanation = Explain(SomePolicy.Tax, "tax-deduction");

        explanation.Outcome.ShouldBe(ErrorCode.None);
        explanation.Summary.ShouldStartWith("Rule 'tax-deduction-purchases' at ");
        explanation.Summary.ShouldEndWith("fields on the basis of consent.");
        explanation.Fields.Length.ShouldBe(SomePolicy.Purchases.Shape.Leaves.Length);
        var fields = explanation.Fields.ToDictionary(field => field.Path);
        Row(fields["receipt.user"]).ShouldBe("Tax keep 'receipt: keep' at tax.yaml:16");
        Row(fields["receipt.buyer_inn"]).ShouldBe("Identity drop 'receipt.buyer_inn: drop' at tax.yaml:17");
        Row(fields["receipt.total_sum.currency_code"]).ShouldBe("Payment drop 'receipt.total_sum: drop' at tax.yaml:18");
        Row(fields["receipt.total_sum.minor_units"]).ShouldBe("Payment keep 'receipt.total_sum.minor_units: keep' at tax.yaml:19");
        Row(fields["buyer.phone"]).ShouldBe("Contact drop not named in the rule at tax.yaml:7");
    }

    [Fact]
    public void What_is_explained_is_what_is_decided()
    {
        var explanation = Explain(SomePolicy.Tax, "tax-deduction");
        var kept = explanation.Fields.Where(field => field.Action.Releases).Select(field => field.Path);

        kept.ShouldBe(SomePolicy.Purchases.Shape.Paths(explanation.Rule.ShouldNotBeNull().Permitted));
    }

    [Theory]
    [InlineData("gov/tax", "marketing", ErrorCode.PurposeUnknown, "The policy declares no purpose 'marketing'; it declares price-control, tax-deduction.")]
    [InlineData("gov/tax", "price-control", ErrorCode.RuleMissing, "No rule matches, so nothing is released; the rules of this consumer are price-control, tax-deduction-purchases.")]
    [InlineData("gov/portal", "tax-deduction", ErrorCode.RuleMissing, "No rule names the consumer spiffe://exchange.test/gov/portal: nothing is released to it.")]
    public void Without_a_rule_nothing_is_released_and_the_reason_is_told(string consumer, string purpose, ErrorCode outcome, string summary)
    {
        var explanation = Explain(MemberId.Parse("spiffe://exchange.test/" + consumer), purpose);

        (explanation.Outcome, explanation.Summary).ShouldBe((outcome, summary));
        explanation.Fields.ShouldAllBe(field => !field.Action.Releases && field.Why == "no rule");
    }

    private static PolicyExplanation Explain(MemberId consumer, string purpose) =>
        PolicyExplanation.Explain(Policy, SomePolicy.Purchases, consumer, SomePolicy.Market, PurposeId.Parse(purpose));

    // The folder in which the test writes the policy is another each time.
    private static string Row(FieldExplanation field) =>
        $"{field.Category} {field.Action} {System.Text.RegularExpressions.Regex.Replace(field.Why, @"at \S*[/\\]", "at ")}";
}
