using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Transfers;

/// <summary>A preview says how fields are changed, what may be asked by name, and what is owed for it; of a rule without fields too.</summary>
public sealed class PreviewTests : IAsyncLifetime
{
    private const string Terms = """
        obligations: {retention: 1095d, no_onward_transfer: true, maximum_period: 366d, frequency: {fetches: 9, per: quarter}}
            assertions: [{id: spent, expression: sum(total) > 5000000 RUB, window: 365d}, {id: any, expression: exists(receipt)}]
            assertion_budget: {evaluations: 3, per: month}
        """;

    private readonly SomeWorld _world = new()
    {
        Policy = text => text
            .Replace("order_number: keep", "order_number: { mask: { last: 2 } }", StringComparison.Ordinal)
            .Replace("obligations: {retention: 1095d, no_onward_transfer: true, maximum_period: 366d}", Terms, StringComparison.Ordinal)
            .Replace("  - id: form-prefill\n", "  - {id: benefit, title: Eligibility}\n  - id: form-prefill\n", StringComparison.Ordinal)
            .Replace("rules:\n", """
                rules:
                  - id: benefit
                    consumer: spiffe://exchange.test/gov/tax-service
                    provider: spiffe://exchange.test/market/sample
                    dataset: purchases.v1
                    purpose: benefit
                    basis: consent
                    assertions: [{id: bought, expression: exists(order_number)}]
                    assertion_budget: {evaluations: 1, per: day}

                """, StringComparison.Ordinal),
    };

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Actions_assertions_and_obligations_are_told()
    {
        var preview = await _world.Tax.PreviewAsync(DemoMembers.Marketplace, DemoMembers.Purchases, DemoMembers.TaxDeduction, ["order_number", "ordered_at"]);

        preview.Released.ShouldBe(["order_number", "ordered_at"]);
        preview.Actions.ShouldBe(new Dictionary<string, string> { ["order_number"] = "mask: { last: 2 }" });
        preview.Assertions.ShouldBe([new("spent", "sum(total) > 5000000 RUB", TimeSpan.FromDays(365)), new("any", "exists(receipt)", null)]);
        preview.AssertionBudget.ShouldBe(new Allowance { Units = 3, Per = CalendarPeriod.Month });
        preview.Obligations.Frequency.ShouldBe(new Allowance { Units = 9, Per = CalendarPeriod.Quarter });
    }

    [Fact]
    public async Task A_rule_that_only_answers_is_previewed_and_its_fields_are_refused()
    {
        var benefit = PurposeId.Parse("benefit");

        var preview = await _world.Tax.PreviewAsync(DemoMembers.Marketplace, DemoMembers.Purchases, benefit, []);
        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.PreviewAsync(DemoMembers.Marketplace, DemoMembers.Purchases, benefit, ["total"]));

        preview.Released.ShouldBeEmpty();
        preview.Assertions.ShouldHaveSingleItem().Name.ShouldBe("bought");
        refused.Reason.ShouldBe("FIELDS_NOT_PERMITTED");
    }
}
