using Exchange.Documents;
using Exchange.Policy.Evaluation.Expectations;
using Exchange.Policy.Loading;
using Exchange.Policy.Model;

namespace Exchange.Policy.Tests.Evaluation.Expectations;

public sealed class ExpectationCheckTests
{
    private const string Asking = """
        expectations:
          - name: the tax service gets the receipt without the buyer's number
            consumer: spiffe://exchange.test/gov/tax
            provider: spiffe://exchange.test/market/sample
            dataset: purchases.v1
            purpose: tax-deduction
            asks: [order_number, receipt.user, receipt.buyer_inn, buyer.phone]

        """;

    [Theory]
    [InlineData("    gets: {order_number: keep, receipt.user: keep}\n")]
    [InlineData("    gets: {order_number: keep, receipt.user: keep, receipt.buyer_inn: drop}\n    assertions: []\n")]
    [InlineData("    gets: {order_number: keep}\n    consents: [order_number, total]\n")]
    [InlineData("    gets: {order_number: keep, receipt.user: keep}\n    named_by: inn\n")]
    [InlineData("    refused: OVER_ASK\n    strict: true\n")]
    [InlineData("    refused: SUBJECT_NOT_AVAILABLE\n    consents: [total]\n")]
    public void A_policy_that_says_what_is_expected_meets_it(string expected) => Check(Asking + expected).ShouldBeEmpty();

    [Theory]
    [InlineData("    gets: {order_number: keep}\n", "receipt.user: expected drop, is keep ('receipt: keep' at tax.yaml:16)")]
    [InlineData("    gets: {order_number: {truncate: 3}, receipt.user: keep}\n", "order_number: expected truncate: 3, is keep ('order_number: keep' at tax.yaml:15)")]
    [InlineData("    gets: {order_number: keep, receipt.user: keep, buyer.phone: keep}\n", "buyer.phone: expected keep, is drop (not named in rule 'tax-deduction-purchases' at tax.yaml:7)")]
    [InlineData("    gets: {order_number: keep, receipt.user: keep, receipt.user_inn: keep}\n", "receipt.user_inn: expected keep, is drop (not asked for)")]
    [InlineData("    gets: {order_number: keep, receipt.user: keep}\n    consents: [order_number]\n", "receipt.user: expected keep, is drop (not in the consent)")]
    [InlineData("    gets: {order_number: keep, receipt.user: keep}\n    strict: true\n",
        "order_number: expected keep, is drop (refused with OVER_ASK)", "receipt.user: expected keep, is drop (refused with OVER_ASK)", "outcome: expected granted, is OVER_ASK (rule 'tax-deduction-purchases' at tax.yaml:7)")]
    [InlineData("    refused: RULE_MISSING\n", "outcome: expected RULE_MISSING, is granted (rule 'tax-deduction-purchases' at tax.yaml:7)")]
    [InlineData("    assertions: [spent]\n", "assertion spent: expected answered, is unknown (rule 'tax-deduction-purchases' at tax.yaml:7)")]
    public void Every_point_that_differs_is_told_with_the_line_of_the_policy(string expected, params string[] told) => Check(Asking + expected).ShouldBe(told);

    [Theory]
    [InlineData("gov/tax", "gov/portal", "outcome: expected granted, is RULE_MISSING (no rule for this consumer, provider, dataset and purpose)")]
    [InlineData("purpose: tax-deduction", "purpose: marketing", "outcome: expected granted, is PURPOSE_UNKNOWN (the policy declares no purpose 'marketing')")]
    public void Without_a_rule_all_is_missing_and_the_reason_told(string before, string after, string told)
    {
        var said = Check((Asking + "    gets: {order_number: keep}\n").Replace(before, after, StringComparison.Ordinal));

        said.ShouldBe(["order_number: expected keep, is drop (no rule)", told]);
    }

    [Fact]
    public void A_parent_means_its_permitted_fields() =>
        Check(Asking.Replace("asks: [order_number, receipt.user, receipt.buyer_inn, buyer.phone]", "asks: [receipt.total_sum]\n    strict: true", StringComparison.Ordinal)
            + "    gets: {receipt.total_sum.minor_units: keep}\n").ShouldBeEmpty();

    [Theory]
    [InlineData("asks: [order_number,", "asks: [ordr_number,", "7:12: unknown field 'ordr_number' of dataset 'purchases.v1'; did you mean 'order_number'?")]
    [InlineData("gov/tax", "gov/tx", "3:15: unknown member 'spiffe://exchange.test/gov/tx'; did you mean 'spiffe://exchange.test/gov/tax'?")]
    [InlineData("gets: {order_number: keep}", "gets: {order_number: kep}", "8:26: unknown action 'kep', expected keep, drop, mask, truncate, generalise or pseudonymise; did you mean 'keep'?")]
    [InlineData("gets: {order_number: keep}", "refused: RULE_MISING", "8:14: expected a reason for which a policy refuses (PURPOSE_UNKNOWN, RULE_MISSING, FIELDS_EMPTY, FIELDS_NOT_PERMITTED, OVER_ASK, SUBJECT_NOT_AVAILABLE), found 'RULE_MISING'; did you mean 'RULE_MISSING'?")]
    [InlineData("gets: {order_number: keep}", "strict: true", "2:5: nothing is expected; add 'gets', 'refused' or 'assertions'")]
    [InlineData("gets: {order_number: keep}", "gets: {order_number: keep}\n    refused: OVER_ASK", "9:14: who is refused gets nothing; one of 'gets' and 'refused'")]
    [InlineData("gets:", "gts:", "8:5: unknown key 'gts'; did you mean 'gets'?", "2:5: nothing is expected; add 'gets', 'refused' or 'assertions'")]
    public void A_mistake_in_the_file_is_told_where_it_is(string before, string after, params string[] expected)
    {
        var diagnostics = new List<Diagnostic>();

        Load((Asking + "    gets: {order_number: keep}\n").Replace(before, after, StringComparison.Ordinal), diagnostics).ShouldBeNull();

        diagnostics.Select(diagnostic => diagnostic.ToString()[(diagnostic.File.Length + 1)..]).ShouldBe(expected, ignoreOrder: true);
    }

    private static List<string> Check(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var expectations = Load(text, diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
        var policy = SomePolicy.Sound();
        return [.. expectations.SelectMany(expectation => ExpectationCheck.Run(policy, expectation).Mismatches)
            .Select(mismatch => $"{mismatch.What}: expected {mismatch.Expected}, is {mismatch.Actual} ({System.Text.RegularExpressions.Regex.Replace(mismatch.Why, @"at \S*[/\\]", "at ")})")];
    }

    private static IReadOnlyList<PolicyExpectation>? Load(string text, List<Diagnostic> diagnostics)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        try
        {
            return ExpectationLoader.Load(file, SomePolicy.Datasets, SomePolicy.Members, diagnostics) is { } loaded ? loaded : null;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
