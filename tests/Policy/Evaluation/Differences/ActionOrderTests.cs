using Exchange.Policy.Evaluation.Differences;

namespace Exchange.Policy.Tests.Evaluation.Differences;

/// <summary>Which action shows more, through policies that differ in one line.</summary>
public sealed class ActionOrderTests
{
    [Theory]
    [InlineData("zip_code", "drop", "{ mask: { first: 0 } }", ChangeDirection.Widens)]
    [InlineData("zip_code", "pseudonymise", "keep", ChangeDirection.Widens)]
    [InlineData("zip_code", "{ mask: { first: 1 } }", "{ mask: { first: 2 } }", ChangeDirection.Widens)]
    [InlineData("zip_code", "{ mask: { first: 1 } }", "{ mask: { last: 1 } }", ChangeDirection.Both)]
    [InlineData("zip_code", "{ truncate: 2 }", "{ truncate: 3 }", ChangeDirection.Widens)]
    [InlineData("zip_code", "{ truncate: 3 }", "{ generalise: { prefix: 3 } }", ChangeDirection.None)]
    [InlineData("zip_code", "{ truncate: 3 }", "{ generalise: { prefix: 4 } }", ChangeDirection.Widens)]
    [InlineData("zip_code", "{ truncate: 3 }", "pseudonymise", ChangeDirection.Both)]
    [InlineData("zip_code", "{ mask: { first: 3 } }", "{ truncate: 3 }", ChangeDirection.Both)]
    [InlineData("last_order_at", "{ generalise: year }", "{ generalise: month }", ChangeDirection.Widens)]
    [InlineData("last_order_at", "{ generalise: month }", "{ generalise: day }", ChangeDirection.Widens)]
    [InlineData("orders_per_month", "{ generalise: { step: 10 } }", "{ generalise: { step: 5 } }", ChangeDirection.Widens)]
    [InlineData("orders_per_month", "{ generalise: { step: 10 } }", "{ generalise: { step: 4 } }", ChangeDirection.Both)]
    public void A_change_has_a_direction_and_its_reverse_the_opposite(string field, string before, string after, ChangeDirection expected)
    {
        DirectionOf(field, before, after).ShouldBe(expected);
        DirectionOf(field, after, before).ShouldBe(Opposite(expected));
        DirectionOf(field, before, before).ShouldBe(ChangeDirection.None);
    }

    private static ChangeDirection DirectionOf(string field, string before, string after) => PolicyDifference.Between(Policy(field, before), Policy(field, after)).Direction;

    private static Exchange.Policy.Model.PolicySnapshot Policy(string field, string action) => SomePolicy.Load($$"""
        purposes: [{id: offers, title: Offers}]
        rules:
          - id: offers
            consumer: spiffe://exchange.test/gov/tax
            provider: spiffe://exchange.test/market/sample
            dataset: customer_profile.v1
            purpose: offers
            basis: consent
            fields: {region_name: keep, {{field}}: {{action}}}
        """, out var said).ShouldNotBeNull(string.Join('\n', said));

    private static ChangeDirection Opposite(ChangeDirection direction) => direction switch
    {
        ChangeDirection.Widens => ChangeDirection.Narrows,
        ChangeDirection.Narrows => ChangeDirection.Widens,
        _ => direction,
    };
}
