using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Tests.Loading;

public sealed class AssertionReaderTests
{
    private const string Rule = """
        purposes:
          - {id: benefit, title: Eligibility for a benefit}
        rules:
          - id: benefit
            consumer: spiffe://exchange.test/gov/tax
            provider: spiffe://exchange.test/market/sample
            dataset: purchases.v1
            purpose: benefit
            basis: consent
            assertions:
              - id: spent-over-threshold
                expression: "sum(total) > 5000000 RUB"
                window: 365d
            assertion_budget: { evaluations: 3, per: month }
        """;

    [Fact]
    public void An_assertion_is_compiled_when_the_policy_is_loaded()
    {
        var rule = Load(Rule);

        rule.Permitted.IsEmpty.ShouldBeTrue("a rule may answer and release nothing");
        rule.AssertionBudget.ShouldBe(new Allowance(3, CalendarPeriod.Month));
        rule.TryFindAssertion("spent-over-threshold", out var assertion).ShouldBeTrue();
        rule.TryFindAssertion("spent", out _).ShouldBeFalse();
        assertion.Window.ShouldBe(TimeSpan.FromDays(365));
        assertion.Position.Line.ShouldBe(11);
        assertion.ToString().ShouldBe("sum(total) > 5000000 RUB over 365d");
        var expression = assertion.Expression;
        (expression.Function, expression.Operand, expression.Threshold).ShouldBe((AssertionFunction.Sum, AssertionOperand.Money, new(Comparison.Greater, 5_000_000, "RUB")));
        expression.Leaves.ShouldBe(SomePolicy.Fields(SomePolicy.Purchases, "total"));
        expression.Fields.Select(field => field.Name).ShouldBe(["total"]);
    }

    [Theory]
    [InlineData("count(order_number) >= 3", AssertionOperand.Presence, "count(order_number) >= 3")]
    [InlineData(" count ( items )<10 ", AssertionOperand.Presence, "count(items) < 10")]
    [InlineData("exists(receipt)", AssertionOperand.Presence, "exists(receipt)")]
    [InlineData("exists(items.price.currency_code)", AssertionOperand.Presence, "exists(items.price.currency_code)")]
    [InlineData("sum(items.quantity) != -3", AssertionOperand.Integer, "sum(items.quantity) != -3")]
    [InlineData("max(receipt.fiscal_sign)=0", AssertionOperand.Integer, "max(receipt.fiscal_sign) = 0")]
    [InlineData("min(items.price)<=100 GBP", AssertionOperand.Money, "min(items.price) <= 100 GBP")]
    [InlineData("max(ordered_at)   >=   2026-01-31", AssertionOperand.Time, "max(ordered_at) >= 2026-01-31")]
    public void Every_form_has_its_operand_and_one_spelling(string written, AssertionOperand operand, string text)
    {
        var expression = Load(Rule.Replace("sum(total) > 5000000 RUB", written, StringComparison.Ordinal)).Assertions.Single().Expression;

        (expression.Operand, expression.Text).ShouldBe((operand, text));
    }

    [Fact]
    public void A_day_is_its_first_moment_in_UTC() => Load(Rule.Replace("sum(total) > 5000000 RUB", "max(ordered_at) >= 2026-01-31", StringComparison.Ordinal))
        .Assertions.Single().Expression.Threshold.ShouldNotBeNull().Literal.ShouldBe(Instant.From(new(2026, 1, 31, 0, 0, 0, TimeSpan.Zero)).Microseconds);

    /// <summary>What a consent freezes: blanks and the name do not change it, everything that is asked does.</summary>
    [Fact]
    public void The_digest_is_of_what_is_asked()
    {
        var digest = DigestOf(Rule);

        digest.ShouldBe(Digest.Of("exchange.assertion.v1\nsum(total) > 5000000 RUB\n365d\n"u8));
        DigestOf(Rule.Replace("sum(total) > ", "sum( total )>", StringComparison.Ordinal)).ShouldBe(digest);
        DigestOf(Rule.Replace("id: spent", "id: paid", StringComparison.Ordinal)).ShouldBe(digest);
        DigestOf(Rule.Replace("5000000", "5000001", StringComparison.Ordinal)).ShouldNotBe(digest);
        DigestOf(Rule.Replace("RUB", "EUR", StringComparison.Ordinal)).ShouldNotBe(digest);
        DigestOf(Rule.Replace("365d", "366d", StringComparison.Ordinal)).ShouldNotBe(digest);
        DigestOf(Rule.Replace("        window: 365d\n", string.Empty, StringComparison.Ordinal)).ShouldNotBe(digest);
        DigestOf(Rule.Replace("sum(", "max(", StringComparison.Ordinal)).ShouldNotBe(digest);
    }

    [Theory]
    [InlineData("sum(total)", "'sum(total)' is no yes or no; compare it, as in 'sum(total) > 5000000 RUB'")]
    [InlineData("count(total)", "'count(total)' is no yes or no; compare it, as in 'count(total) > 3'")]
    [InlineData("summ(total) > 1 RUB", "unknown function 'summ', expected count, sum, min, max or exists; did you mean 'sum'?")]
    [InlineData("sum(totl) > 1 RUB", "unknown field 'totl' of dataset 'purchases.v1'; did you mean 'total'?")]
    [InlineData("sum(total) == 1 RUB", "unknown operator '==', expected <, <=, =, !=, >= or >; did you mean '='?")]
    [InlineData("sum(total) > 5000000", "sum(total) is compared with an amount in minor units and a currency such as '5000000 RUB', found '5000000'")]
    [InlineData("sum(total) > 5000000 rub", "sum(total) is compared with an amount in minor units and a currency such as '5000000 RUB', found '5000000 rub'")]
    [InlineData("sum(total) >", "sum(total) is compared with an amount in minor units and a currency such as '5000000 RUB', found nothing")]
    [InlineData("sum(total.minor_units) > 5", "'total.minor_units' is half of a sum of money; name the whole of it, and compare with an amount and a currency")]
    [InlineData("sum(items.quantity) > 1 RUB", "sum(items.quantity) is compared with a whole number, found '1 RUB'")]
    [InlineData("sum(items.quantity) > 1.5", "sum(items.quantity) is compared with a whole number, found '1.5'")]
    [InlineData("sum(items.quantity) > 010", "sum(items.quantity) is compared with a whole number, found '010'")]
    [InlineData("sum(items.quantity) > 123456789012345678901", "sum(items.quantity) is compared with a whole number, found '123456789012345678901'")]
    [InlineData("max(ordered_at) > 2026-02-30", "max(ordered_at) is compared with a day such as '2026-01-31', found '2026-02-30'")]
    [InlineData("sum(ordered_at) > 2026-01-30", "times have no sum; 'ordered_at' has min, max, count and exists")]
    [InlineData("max(status) > 1", "'status' is no whole number, money or time, so max has no meaning; count and exists have")]
    [InlineData("min(items) > 1", "'items' is no whole number, money or time, so min has no meaning; count and exists have")]
    [InlineData("exists(receipt) = true", "exists is a yes or no already; write 'exists(receipt)' alone")]
    [InlineData("total > 5", "expected an expression such as 'sum(total) > 5000000 RUB', 'max(ordered_at) >= 2026-01-31' or 'exists(receipt)', found 'total > 5'")]
    public void A_mistake_in_an_expression_is_told_where_it_is(string written, string expected)
    {
        SomePolicy.Load(Rule.Replace("sum(total) > 5000000 RUB", written, StringComparison.Ordinal), out var said).ShouldBeNull();

        said.ShouldBe([$"tax.yaml:12:21: {expected}"]);
    }

    [Theory]
    [InlineData("window: 365d", "window: 36h", ":13:17: a window is whole days, such as 365d")]
    [InlineData("window: 365d", "window: 1h", ":13:17: expected a duration from 1d to 36500d")]
    [InlineData("    assertion_budget: { evaluations: 3, per: month }", "", ":4:5: the key 'assertion_budget' is missing")]
    [InlineData("per: month", "per: moth", ":14:46: expected a calendar period (", "did you mean 'month'?")]
    [InlineData("evaluations: 3", "evaluations: 0", ":14:38: expected a whole number from 1 to 1000, found '0'")]
    [InlineData("evaluations: 3", "fetches: 3", ":14:23: the key 'evaluations' is missing", "", 2)]
    [InlineData("    assertion_budget", "      - {id: spent-over-threshold, expression: exists(receipt)}\n    assertion_budget", ":14:14: assertion 'spent-over-threshold' stands in this rule twice, first at ", "tax.yaml:11")]
    [InlineData("id: spent-over-threshold", "id: Spent over", ":11:13: expected an assertion's name")]
    public void A_mistake_around_expressions_is_told_where_it_is(string sound, string mistaken, string expected, string end = "", int count = 1)
    {
        SomePolicy.Load(Rule.Replace(sound, mistaken, StringComparison.Ordinal), out var said).ShouldBeNull();

        said.Count.ShouldBe(count, string.Join('\n', said));
        said[0].ShouldStartWith("tax.yaml" + expected);
        said[0].ShouldEndWith(end);
    }

    [Fact]
    public void A_budget_stands_beside_assertions_only()
    {
        SomePolicy.Load(SomePolicy.Text.Replace("basis: consent\n", "basis: consent\n    assertion_budget: {evaluations: 1, per: day}\n", StringComparison.Ordinal), out var said);

        said.ShouldBe(["tax.yaml:13:23: there is nothing to budget: the rule has no 'assertions'"]);
    }

    [Fact]
    public void An_assertion_is_about_a_subject_and_a_window_needs_a_time()
    {
        const string Asserted = "      price: keep\n    assertions: [{id: dear, expression: max(price) > 5, window: 30d}]\n    assertion_budget: {evaluations: 1, per: day}\n";

        SomePolicy.Load(SomePolicy.Text.Replace("      price: keep\n", Asserted, StringComparison.Ordinal), out var said);

        said.ShouldBe(
        [
            "tax.yaml:34:17: an assertion is about one subject: the records of 'prices.v1' name none",
            "tax.yaml:34:65: the records of 'prices.v1' name no time, so there is no window",
        ]);
    }

    [Theory]
    [InlineData("points")]
    [InlineData("visits.count")]
    public void No_assertion_looks_into_maps(string path)
    {
        SomePolicy.Load(
            Rule.Replace("purchases.v1", "loyalty.v1", StringComparison.Ordinal).Replace("sum(total) > 5000000 RUB", $"sum({path}) > 5", StringComparison.Ordinal), out var said);

        said[0].ShouldBe($"tax.yaml:12:21: '{path}' stands in a map, and no assertion looks into maps");
    }

    private static Digest DigestOf(string text) => Load(text).Assertions.Single().Digest;

    private static Rule Load(string text) => SomePolicy.Load(text, out var said).ShouldNotBeNull(string.Join('\n', said)).Rules.Single();
}
