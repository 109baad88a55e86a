using System.Text;
using System.Text.Json;
using Exchange.Policy.Evaluation.Differences;
using Exchange.Policy.Model;

namespace Exchange.Policy.Tests.Evaluation.Differences;

public sealed class PolicyDifferenceTests
{
    private static readonly string Asserting = SomePolicy.Text.Replace("    basis: consent\n", """
            basis: consent
            assertions: [{id: spent, expression: sum(total) > 100 RUB, window: 30d}]
            assertion_budget: {evaluations: 3, per: month}

        """, StringComparison.Ordinal);

    /// <summary>Each row changes one place of a policy; what is told stands as direction, kind, name, before, after.</summary>
    [Theory]
    [InlineData("order_number: keep", "order_number: { truncate: 4 }", "Narrows Field order_number: keep -> truncate: 4")]
    [InlineData("order_number: keep", "total: keep", "Narrows Field order_number: keep -> ", "Widens Field total:  -> keep")]
    [InlineData("receipt.buyer_inn: drop", "receipt.buyer_inn: { mask: { last: 2 } }", "Widens Field receipt.buyer_inn:  -> mask: { last: 2 }")]
    [InlineData("basis: consent", "basis: contract\n    reference: Contract 7", "Widens Basis tax-deduction-purchases: consent -> contract", "None Reference tax-deduction-purchases:  -> Contract 7")]
    [InlineData("basis: public-task", "basis: legal-obligation", "Both Basis price-control: public-task -> legal-obligation")]
    [InlineData("Article 5 of", "Article 6 of", "None Reference price-control: Article 5 of the act on prices -> Article 6 of the act on prices")]
    [InlineData("retention: 1095d", "retention: 36h", "Narrows Obligation retention: 1095d -> 36h")]
    [InlineData("      retention: 1095d\n", "", "Widens Obligation retention: 1095d -> ")]
    [InlineData("no_onward_transfer: true", "no_onward_transfer: false", "Widens Obligation no_onward_transfer: true -> false")]
    [InlineData("maximum_period: 366d", "maximum_period: 367d", "Widens Obligation maximum_period: 366d -> 367d")]
    [InlineData("maximum_period: 366d", "maximum_period: 366d\n      frequency: { fetches: 9, per: day }", "Narrows Obligation frequency:  -> 9 per day")]
    [InlineData("expression: sum(total) > 100 RUB", "expression: sum(total) > 99 RUB", "Both Assertion spent: sum(total) > 100 RUB over 30d -> sum(total) > 99 RUB over 30d")]
    [InlineData("window: 30d", "window: 31d", "Both Assertion spent: sum(total) > 100 RUB over 30d -> sum(total) > 100 RUB over 31d")]
    [InlineData("window: 30d}]", "window: 30d}, {id: any, expression: exists(total)}]", "Widens Assertion any:  -> exists(total)")]
    [InlineData("{id: spent, expression: sum(total) > 100 RUB, window: 30d}", "{id: any, expression: exists(total)}", "Narrows Assertion spent: sum(total) > 100 RUB over 30d -> ", "Widens Assertion any:  -> exists(total)")]
    [InlineData("evaluations: 3", "evaluations: 4", "Widens AssertionBudget assertion_budget: 3 per month -> 4 per month")]
    [InlineData("per: month", "per: year", "Both AssertionBudget assertion_budget: 3 per month -> 3 per year")]
    [InlineData("evaluations: 3, per: month", "evaluations: 10, per: quarter", "Both AssertionBudget assertion_budget: 3 per month -> 10 per quarter")]
    public void Each_change_is_told_with_its_direction(string before, string after, params string[] expected)
    {
        var difference = Between(Asserting, Replace(Asserting, before, after));

        difference.Rules.ShouldHaveSingleItem().Changes.Select(Row).ShouldBe(expected);
        Between(Asserting, Asserting).Rules.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("- id: price-control\n    consumer", "- id: control-of-prices\n    consumer")]
    [InlineData("rules:\n", "# A remark.\nrules:\n")]
    [InlineData("sum(total) > 100 RUB", "sum( total ) >100 RUB")]
    [InlineData("      price: keep", "      price: keep\n")]
    public void What_reads_otherwise_and_means_the_same_has_not_changed(string before, string after)
    {
        var difference = Between(Asserting, Replace(Asserting, before, after));

        (difference.Rules.Length, difference.Direction).ShouldBe((0, ChangeDirection.None));
        difference.Next.ShouldNotBe(difference.Previous);
    }

    [Fact]
    public void A_new_rule_widens_and_a_removed_one_narrows_with_all_its_fields()
    {
        var without = SomePolicy.Text[..SomePolicy.Text.IndexOf("  - id: price-control\n    consumer", StringComparison.Ordinal)];

        var removed = Between(SomePolicy.Text, without);
        var added = Between(without, SomePolicy.Text);

        removed.Rules.ShouldHaveSingleItem().Changes.Select(Row).ShouldBe(
            ["Narrows Rule price-control: public-task (Article 5 of the act on prices) -> ", "Narrows Field sku: keep -> ", "Narrows Field price: keep -> "]);
        added.Rules.ShouldHaveSingleItem().Changes.Select(Row).ShouldBe(
            ["Widens Rule price-control:  -> public-task (Article 5 of the act on prices)", "Widens Field sku:  -> keep", "Widens Field price:  -> keep"]);
        removed.Mandates.ShouldHaveSingleItem().Direction.ShouldBe(ChangeDirection.Narrows);
        added.Mandates.ShouldHaveSingleItem().Direction.ShouldBe(ChangeDirection.Widens);
        (removed.RulesWidened, removed.RulesNarrowed, added.RulesWidened, added.RulesNarrowed).ShouldBe((0, 1, 1, 0));
    }

    [Fact]
    public void A_parent_stands_for_all_below_it_that_changed_alike()
    {
        var kept = Replace(SomePolicy.Text, "order_number: keep", "order_number: keep\n      buyer: keep\n      items: keep\n      items.barcode: drop");

        Between(SomePolicy.Text, kept).Rules.Single().Changes.Select(change => change.Name).ShouldBe(
            ["items.supplier_article", "items.name", "items.category", "items.brand", "items.quantity", "items.price", "items.sum", "buyer"]);
    }

    /// <summary>A field that is added below a kept parent is released without a word in the policy having changed.</summary>
    [Fact]
    public void A_field_that_a_dataset_gained_is_told()
    {
        const string Body = """message A { option dataset = {title: "A"}; B b = 1; } message B { string c = 1 [category = TAX]; int64 e = 3 [category = TAX]; }""";
        var before = Load(Body);
        var after = Load(Body.Replace("int64 e", "string d = 2 [category = TAX]; string e", StringComparison.Ordinal));

        PolicyDifference.Between(before, after).Rules.Single().Changes.Select(Row).ShouldBe(["Widens Field b.d:  -> keep", "Both Field b.e: keep (int64) -> keep (string)"]);
    }

    /// <summary>A rule relies on the dataset without naming it: nothing of it may change in silence.</summary>
    [Theory]
    [InlineData("customer_id = 1", "customer_id = 9", "Both Field customer_id: keep (field 1) -> keep (field 9)")]
    [InlineData("string name = 1", "string name = 7", "Both Field seller.name: keep (field 5.1) -> keep (field 5.7)")]
    [InlineData("Seller seller", "repeated Seller seller", "Both Field seller.name: keep (field 5.1) -> keep (field 5[].1)")]
    [InlineData("map<string, int64>", "map<string, string>", "Both Field points: keep (map<string, int64>) -> keep (map<string, string>)")]
    [InlineData("subject_field: \"customer_id\"", "subject_field: \"other_id\"", "Both Dataset subject_field: customer_id -> other_id")]
    [InlineData("subject_field: \"customer_id\" subject_scheme: \"customer\"", "", "Both Dataset subject_field: customer_id -> ", "Both Dataset subject_scheme: customer -> ")]
    [InlineData("subject_scheme: \"customer\"", "subject_scheme: \"inn\"", "Both Dataset subject_scheme: customer -> inn")]
    [InlineData("time_field: \"at\"", "time_field: \"until\"", "Both Dataset time_field: at -> until")]
    [InlineData(", constraint = {maximum: 9}", "", "Widens Dataset constraint of seller.rank: { \"maximum\": \"9\" } -> ")]
    [InlineData("{maximum: 9}", "{maximum: 10}", "Both Dataset constraint of seller.rank: { \"maximum\": \"9\" } -> { \"maximum\": \"10\" }")]
    [InlineData("other_id = 2 [category = IDENTITY]", "other_id = 2 [category = IDENTITY, constraint = {required: true}]", "Narrows Dataset constraint of other_id:  -> { \"required\": true }")]
    public void What_a_dataset_says_otherwise_of_its_records_is_told(string before, string after, params string[] expected)
    {
        const string Body = """
            message A {
              option dataset = {title: "A" subject_field: "customer_id" subject_scheme: "customer" time_field: "at"};
              string customer_id = 1 [category = IDENTITY];
              string other_id = 2 [category = IDENTITY];
              google.protobuf.Timestamp at = 3 [category = PURCHASE];
              google.protobuf.Timestamp until = 4 [category = PURCHASE];
              Seller seller = 5;
              map<string, int64> points = 6 [category = PURCHASE];
            }
            message Seller { string name = 1 [category = PUBLIC]; int64 rank = 2 [category = PUBLIC, constraint = {maximum: 9}]; }
            """;

        Across(Body, Replace(Body, before, after), "contract, reference: Contract 7", "customer_id: keep, seller.name: keep, points: keep")
            .Rules.ShouldHaveSingleItem().Changes.Select(Row).ShouldBe(expected);
        Across(Body, Body + "\n", "contract, reference: Contract 7", "customer_id: keep").Rules.ShouldBeEmpty();
    }

    /// <summary>With another layout other cells are suppressed, or none.</summary>
    [Theory]
    [InlineData("contributors_field: \"people\"", "contributors_field: \"turnover\"", "Both Dataset contributors_field: people -> turnover")]
    [InlineData("dimension_fields: [\"region\", \"brand\"]", "dimension_fields: [\"region\"]", "Both Dataset dimension_fields: region, brand -> region")]
    [InlineData("partition_period: YEAR", "partition_period: DAY", "Both Dataset partition_period: year -> day")]
    public void Another_layout_of_statistics_is_told(string before, string after, string expected)
    {
        const string Body = """
            message A {
              option dataset = {title: "A" time_field: "at" contributors_field: "people" dimension_fields: ["region", "brand"] partition_period: YEAR};
              google.protobuf.Timestamp at = 1 [category = AGGREGATE];
              string region = 2 [category = AGGREGATE];
              string brand = 3 [category = AGGREGATE];
              int64 people = 4 [category = AGGREGATE];
              int64 turnover = 5 [category = AGGREGATE];
            }
            """;

        var difference = Across(
            Body, Replace(Body, before, after), "statistics, reference: Article 5, obligations: {minimum_contributors: 5}", "region: keep, turnover: keep");

        difference.Rules.ShouldHaveSingleItem().Changes.Select(Row).ShouldBe([expected]);
        (difference.Direction, difference.RulesWidened, difference.Datasets.Length).ShouldBe((ChangeDirection.Both, 1, 1));
    }

    [Fact]
    public void Purposes_are_told_and_widen_nothing()
    {
        var difference = Between(SomePolicy.Text, Replace(SomePolicy.Text, "title: Control of prices\n", "title: Price control\n  - {id: offers, title: Offers}\n"));

        difference.Purposes.ShouldBe([new("offers", null, "Offers"), new("price-control", "Control of prices", "Price control")]);
        difference.Direction.ShouldBe(ChangeDirection.None);
    }

    [Fact]
    public void As_JSON_it_is_the_same_bytes_each_time_and_says_all()
    {
        var text = Replace(SomePolicy.Text, "retention: 1095d", "retention: 2000d");
        var bytes = PolicyDifferenceJson.Write(Between(SomePolicy.Text, text));

        PolicyDifferenceJson.Write(Between(SomePolicy.Text, text)).ShouldBe(bytes);
        var json = JsonDocument.Parse(bytes).RootElement;
        json.GetProperty("format").GetString().ShouldBe("exchange.policy-difference.v1");
        (json.GetProperty("rules_widened").GetInt32(), json.GetProperty("rules_narrowed").GetInt32(), json.GetProperty("direction").GetString()).ShouldBe((1, 0, "widens"));
        var rule = json.GetProperty("rules")[0];
        rule.GetProperty("consumer").GetString().ShouldBe("spiffe://exchange.test/gov/tax");
        rule.GetProperty("changes")[0].ToString().ShouldBe("""{"direction":"widens","kind":"obligation","name":"retention","before":"1095d","after":"2000d"}""");
        Encoding.UTF8.GetString(bytes).ShouldNotContain("\n");
    }

    /// <summary>Nothing widens if and only if each tuple's released fields and terms are within the old ones: on random rules over all actions.</summary>
    [Fact]
    public void Nothing_is_widened_in_silence()
    {
        string[] actions = ["keep", "drop", "{ truncate: 2 }", "{ truncate: 3 }", "pseudonymise", "{ mask: { first: 1 } }"];
        string[] fields = ["customer_id", "region_name", "zip_code", "categories.category"];
        var random = new Random(20261122);
        var widened = 0;
        for (var round = 0; round < 300; round++)
        {
            var before = fields.ToDictionary(field => field, _ => actions[random.Next(actions.Length)]);
            var after = fields.ToDictionary(field => field, field => random.Next(2) == 0 ? before[field] : actions[random.Next(actions.Length)]);
            var difference = PolicyDifference.Between(Profile(before), Profile(after));

            var isWider = fields.Any(field => before[field] != after[field] && after[field] != "drop" && before[field] != "keep"
                && !(before[field] == "{ truncate: 3 }" && after[field] == "{ truncate: 2 }"));
            difference.Direction.HasFlag(ChangeDirection.Widens).ShouldBe(isWider, $"{string.Join(' ', before)} to {string.Join(' ', after)}");
            widened += isWider ? 1 : 0;
        }

        widened.ShouldBeInRange(50, 290);
    }

    private static PolicySnapshot Profile(Dictionary<string, string> fields) => Sound($$"""
        purposes: [{id: offers, title: Offers}]
        rules:
          - id: offers
            consumer: spiffe://exchange.test/gov/tax
            provider: spiffe://exchange.test/market/sample
            dataset: customer_profile.v1
            purpose: offers
            basis: consent
            fields: {last_order_at: keep, {{string.Join(", ", fields.Select(field => $"{field.Key}: {field.Value}"))}}}
        """);

    /// <summary>The same policy of one rule over two dataset files.</summary>
    private static PolicyDifference Across(string before, string after, string basis, string fields)
    {
        var (was, now) = (SomePolicy.LoadSmall("a.v1", before), SomePolicy.LoadSmall("a.v1", after));
        return PolicyDifference.Between(Load(was, basis, fields), new([was]), Load(now, basis, fields), new([now]));
    }

    private static PolicySnapshot Load(string body) => Load(SomePolicy.LoadSmall("a.v1", body), "contract, reference: Contract 7", "b: keep");

    private static PolicySnapshot Load(Dataset dataset, string basis, string fields)
    {
        var folder = Directory.CreateTempSubdirectory("policy-");
        try
        {
            var file = Path.Combine(folder.FullName, "a.yaml");
            File.WriteAllText(file, $$"""
                purposes: [{id: control, title: Control}]
                rules:
                  - {id: a, consumer: spiffe://exchange.test/gov/tax, provider: spiffe://exchange.test/market/sample, dataset: a.v1, purpose: control, basis: {{basis}}, fields: { {{fields}} } }
                """);
            var mistakes = new List<Exchange.Documents.Diagnostic>();
            return Policy.Loading.PolicyLoader.Load(file, new([dataset]), SomePolicy.Members, mistakes).ShouldNotBeNull(string.Join('\n', mistakes));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static PolicyDifference Between(string before, string after) => PolicyDifference.Between(Sound(before), Sound(after));

    private static PolicySnapshot Sound(string text) => SomePolicy.Load(text, out var said).ShouldNotBeNull(string.Join('\n', said));

    private static string Replace(string text, string before, string after)
    {
        text.Split(before).Length.ShouldBe(2, "the row changes one place");
        return text.Replace(before, after, StringComparison.Ordinal);
    }

    private static string Row(PolicyChange change) => $"{change.Direction} {change.Kind} {change.Name}: {change.Before} -> {change.After}";
}
