using System.Text;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Tests.Loading;

public sealed class PolicyLoaderTests
{
    [Fact]
    public void A_sound_policy_answers_by_tuple()
    {
        var policy = SomePolicy.Sound();

        policy.TryFindRule(SomePolicy.Tax, SomePolicy.Market, SomePolicy.Purchases.Id, SomePolicy.TaxDeduction, out var rule).ShouldBeTrue();
        rule.Id.ShouldBe("tax-deduction-purchases");
        (rule.Basis, rule.Reference, rule.Position.Line).ShouldBe((LegalBasis.Consent, null, 7));
        rule.Obligations.ShouldBe(new Obligations(TimeSpan.FromDays(1095), NoOnwardTransfer: true, TimeSpan.FromDays(366)));
        policy.TryFindRule(SomePolicy.Portal, SomePolicy.Market, SomePolicy.Purchases.Id, SomePolicy.TaxDeduction, out _).ShouldBeFalse();
        policy.TryFindRule(SomePolicy.Tax, SomePolicy.Market, SomePolicy.Prices.Id, SomePolicy.TaxDeduction, out _).ShouldBeFalse();
        policy.KnowsPurpose(SomePolicy.TaxDeduction).ShouldBeTrue();
        policy.KnowsPurpose(PurposeId.Parse("marketing")).ShouldBeFalse();
        policy.MayManageConsent(SomePolicy.Portal, SomePolicy.Market, SomePolicy.Purchases.Id, SomePolicy.Tax).ShouldBeTrue();
        policy.MayManageConsent(SomePolicy.Portal, SomePolicy.Market, SomePolicy.Purchases.Id, SomePolicy.Portal).ShouldBeFalse();
    }

    [Fact]
    public void The_most_specific_path_wins_in_whatever_order_it_is_written()
    {
        var expected = SomePolicy.Fields(SomePolicy.Purchases, "customer_id", "order_number", "receipt")
            .Except(SomePolicy.Fields(SomePolicy.Purchases, "receipt.buyer_inn", "receipt.total_sum.currency_code"));
        var turned = SomePolicy.Text
            .Replace("      receipt.total_sum.minor_units: keep\n", string.Empty, StringComparison.Ordinal)
            .Replace("      receipt: keep\n", "      receipt.total_sum.minor_units: keep\n      receipt: keep\n", StringComparison.Ordinal);

        foreach (var text in new[] { SomePolicy.Text, turned })
        {
            var rule = SomePolicy.Load(text, out _).ShouldNotBeNull().Rules.Single(rule => rule.Id == "tax-deduction-purchases");
            SomePolicy.Purchases.Shape.Paths(rule.Permitted).ShouldBe(SomePolicy.Purchases.Shape.Paths(expected));
        }
    }

    [Fact]
    public void Five_mistakes_are_five_diagnostics_each_with_its_place_and_the_nearest_name()
    {
        var mistaken = SomePolicy.Text
            .Replace("    consumer: spiffe://exchange.test/gov/tax\n    provider: spiffe://exchange.test/market/sample\n    dataset: purchases.v1", "    consumer: spiffe://exchange.test/gov/taxes\n    provider: spiffe://exchange.test/market/sample\n    dataset: purchase.v1", StringComparison.Ordinal)
            .Replace("purpose: price-control", "purpose: price-contol", StringComparison.Ordinal)
            .Replace("sku: keep", "skv: kep", StringComparison.Ordinal);

        SomePolicy.Load(mistaken, out var said).ShouldBeNull();

        said.ShouldBe(
        [
            "tax.yaml:8:15: unknown member 'spiffe://exchange.test/gov/taxes'; did you mean 'spiffe://exchange.test/gov/tax'?",
            "tax.yaml:10:14: unknown dataset 'purchase.v1'; did you mean 'purchases.v1'?",
            "tax.yaml:28:14: unknown purpose 'price-contol'; did you mean 'price-control'?",
            "tax.yaml:32:7: unknown field 'skv' of dataset 'prices.v1'; did you mean 'sku'?",
            "tax.yaml:32:12: unknown action 'kep', expected keep, drop, mask, truncate, generalise or pseudonymise; did you mean 'keep'?",
        ]);
    }

    /// <summary>Each row changes one place of the sound policy; {0} is the line of the change.</summary>
    [Theory]
    [InlineData("dataset: purchases.v1\n    purpose", "dataset: Purchases\n    purpose", ":10:14: unknown dataset 'Purchases'; did you mean 'purchases.v1'?")]
    [InlineData("receipt.buyer_inn: drop", "receipt.buyer_in: drop", ":17:7: unknown field 'receipt.buyer_in' of dataset 'purchases.v1'; did you mean 'receipt.buyer_inn'?")]
    [InlineData("receipt: keep", "recept: keep", ":16:7: unknown field 'recept' of dataset 'purchases.v1'; did you mean 'receipt'?")]
    [InlineData("order_number: keep", "order_number: hide", ":15:21: unknown action 'hide', expected keep, drop, mask, truncate, generalise or pseudonymise")]
    [InlineData("basis: consent\n", "basis: consnt\n", ":12:12: expected a legal basis (", "found 'consnt'; did you mean 'consent'?")]
    [InlineData("basis: consent\n", "basis: contract\n", ":12:12: a basis other than consent names its article or contract; add 'reference'")]
    [InlineData("basis: consent\n", "basis: statistics\n    reference: act\n", ":12:12: statistics releases aggregates only: each record of 'purchases.v1' is about a subject")]
    [InlineData("basis: public-task\n    reference: Article 5 of the act on prices", "basis: consent", ":29:12: nobody can consent: the records of 'prices.v1' name no subject")]
    [InlineData("basis: consent\n", "basis: consent\n    reference: act\n", ":13:16: consent speaks for itself; remove 'reference'")]
    [InlineData("price: keep", "price: keep\n    obligations: {maximum_period: 1d}", ":34:35: the records of 'prices.v1' name no time, so no period can be checked")]
    [InlineData("retention: 1095d", "retention: 3 years", ":21:18: expected a duration from 1s to 36500d")]
    [InlineData("no_onward_transfer: true", "no_onward_transfer: yes", ":22:27: expected true or false, found 'yes'")]
    [InlineData("maximum_period: 366d", "maximum_perod: 366d", ":23:7: unknown key 'maximum_perod'; did you mean 'maximum_period'?")]
    [InlineData("gov/tax\n    provider: spiffe://exchange.test/market/sample\n    dataset: prices.v1", "audit/court\n    provider: spiffe://exchange.test/market/sample\n    dataset: prices.v1", ":25:15: member 'spiffe://exchange.test/audit/court' does not have the role consumer in the member registry")]
    [InlineData("market/sample\n    dataset: prices.v1", "gov/portal\n    dataset: prices.v1", ":26:15: member 'spiffe://exchange.test/gov/portal' does not have the role provider in the member registry")]
    [InlineData("manager: spiffe://exchange.test/gov/portal", "manager: spiffe://exchange.test/gov/tax", ":35:14: member 'spiffe://exchange.test/gov/tax' does not have the role consent-manager in the member registry")]
    [InlineData("manager: spiffe://exchange.test/gov/portal", "manager: spiffe://exchange.test/gov/portl", ":35:14: unknown member 'spiffe://exchange.test/gov/portl'; did you mean 'spiffe://exchange.test/gov/portal'?")]
    [InlineData("dataset: purchases.v1\n    consumer", "dataset: prices.v1\n    consumer", ":37:14: nobody can consent: the records of 'prices.v1' name no subject")]
    [InlineData("consent_managers:\n", "consent_managers:\n  - {manager: spiffe://exchange.test/gov/portal, provider: spiffe://exchange.test/market/sample, dataset: purchases.v1, consumer: spiffe://exchange.test/gov/tax}\n", ":36:5: the same mandate stands at ", "tax.yaml:35")]
    [InlineData("- id: price-control\n    title", "- id: tax-deduction\n    title", ":4:9: purpose 'tax-deduction' is declared twice, first at ", "tax.yaml:2", 2)]
    [InlineData("- id: price-control\n    title", "- id: Price Control\n    title", ":4:9: expected a purpose such as tax-deduction", "found 'Price Control'")]
    [InlineData("- id: price-control\n    consumer", "- id: tax-deduction-purchases\n    consumer", ":24:9: rule id 'tax-deduction-purchases' is used twice, first at ", "tax.yaml:7")]
    [InlineData("- id: price-control\n    consumer", "- id: Price control\n    consumer", ":24:9: expected a rule id", "found 'Price control'")]
    [InlineData("    title: Control of prices\n", "", ":4:5: the key 'title' is missing")]
    [InlineData("    purpose: tax-deduction\n", "", ":7:5: the key 'purpose' is missing")]
    [InlineData("rules:\n", "ruls:\n", ":6:1: unknown key 'ruls'; did you mean 'rules'?")]
    [InlineData("rules:\n", "rules: none\nrest:\n", ":6:8: expected a list, found 'none'", "", 2)]
    public void Every_mistake_is_told_where_it_is(string sound, string mistaken, string expected, string end = "", int count = 1)
    {
        SomePolicy.Text.Split(sound).Length.ShouldBe(2, "the row changes one place");

        SomePolicy.Load(SomePolicy.Text.Replace(sound, mistaken, StringComparison.Ordinal), out var said).ShouldBeNull();

        said.Count.ShouldBe(count, string.Join('\n', said));
        said[0].ShouldStartWith("tax.yaml" + expected);
        said[0].ShouldEndWith(end);
    }

    [Fact]
    public void Two_rules_for_one_tuple_are_told_with_both_places()
    {
        const string Second = """
            rules:
              - id: again
                consumer: spiffe://exchange.test/gov/tax
                provider: spiffe://exchange.test/market/sample
                dataset: purchases.v1
                purpose: tax-deduction
                basis: consent
                fields: {total: keep}
            """;

        SomePolicy.Load(out var said, ("tax.yaml", SomePolicy.Text), ("again.yaml", Second)).ShouldBeNull();

        said.ShouldHaveSingleItem().ShouldBe(
            "tax.yaml:7:5: a second rule for the same consumer, provider, dataset and purpose; the first is 'again' at again.yaml:2");
    }

    [Fact]
    public void A_purpose_may_stand_in_a_later_file()
    {
        var split = SomePolicy.Text.IndexOf("rules:", StringComparison.Ordinal);

        SomePolicy.Load(out _, ("z.yaml", SomePolicy.Text[..split]), ("a.yaml", SomePolicy.Text[split..])).ShouldNotBeNull().Rules.Length.ShouldBe(2);
    }

    [Fact]
    public void A_file_that_cannot_be_read_does_not_make_its_purposes_unknown()
    {
        var split = SomePolicy.Text.IndexOf("rules:", StringComparison.Ordinal);

        SomePolicy.Load(out var said, ("purposes.yaml", "purposes: ["), ("rules.yaml", SomePolicy.Text[split..].Replace("order_number", "ordr_number", StringComparison.Ordinal))).ShouldBeNull();

        said.Count.ShouldBe(2);
        said[0].ShouldContain("not valid YAML");
        said[1].ShouldContain("did you mean 'order_number'?");
    }

    [Fact]
    public void Without_datasets_and_members_all_else_is_still_checked()
    {
        var file = Path.GetTempFileName();
        var diagnostics = new List<Documents.Diagnostic>();
        File.WriteAllText(file, SomePolicy.Text.Replace("retention: 1095d", "retention: long", StringComparison.Ordinal).Replace("purpose: price-control", "purpose: price", StringComparison.Ordinal));

        Policy.Loading.PolicyLoader.Load(file, datasets: null, members: null, diagnostics).ShouldBeNull();
        File.Delete(file);

        diagnostics.Select(diagnostic => diagnostic.Line).ShouldBe([21, 28]);
    }

    [Fact]
    public void A_policy_that_declares_nothing_permits_nothing() =>
        SomePolicy.Load("rules: []", out _).ShouldNotBeNull().Rules.ShouldBeEmpty();

    [Fact]
    public void The_digest_is_of_the_files_as_they_are()
    {
        var policy = SomePolicy.Load(out _, ("b.yaml", SomePolicy.Text), ("a.yaml", "rules: []\n")).ShouldNotBeNull();
        var size = Encoding.UTF8.GetByteCount(SomePolicy.Text);

        Encoding.UTF8.GetString(policy.Content.Span).ShouldBe($"exchange.policy.v1\n# a.yaml 10\nrules: []\n# b.yaml {size}\n{SomePolicy.Text}");
        policy.Digest.ShouldBe(Digest.Of(policy.Content.Span));
        SomePolicy.Load(out _, ("b.yaml", SomePolicy.Text + "\n#"), ("a.yaml", "rules: []\n")).ShouldNotBeNull().Digest.ShouldNotBe(policy.Digest);
    }
}
