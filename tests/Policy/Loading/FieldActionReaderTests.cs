using Exchange.Policy.Minimisation;

namespace Exchange.Policy.Tests.Loading;

public sealed class FieldActionReaderTests
{
    private const string Rule = """
        purposes:
          - {id: offers, title: Offers by profile}
        rules:
          - id: offers
            consumer: spiffe://exchange.test/gov/tax
            provider: spiffe://exchange.test/market/sample
            dataset: customer_profile.v1
            purpose: offers
            basis: consent
            fields:
              zip_code: keep
        """;

    public static TheoryData<string, FieldAction> Shapes => new()
    {
        { "zip_code: keep", new FieldAction.Keep() },
        { "zip_code: drop", new FieldAction.Drop() },
        { "zip_code: pseudonymise", new FieldAction.Pseudonymise() },
        { "zip_code: { mask: { first: 2 } }", new FieldAction.Mask(2, FromEnd: false) },
        { "zip_code: { mask: { last: 0 } }", new FieldAction.Mask(0, FromEnd: true) },
        { "zip_code: { truncate: 3 }", new FieldAction.Truncate(3) },
        { "zip_code: { generalise: { prefix: 3 } }", new FieldAction.GeneraliseCode(3) },
        { "orders_per_month: { generalise: { step: 5 } }", new FieldAction.GeneraliseNumber(5) },
        { "orders_per_month: { generalise: { step: 9223372036854775807 } }", new FieldAction.GeneraliseNumber(long.MaxValue) },
        { "last_order_at: { generalise: day }", new FieldAction.GeneraliseTime(CalendarUnit.Day) },
        { "last_order_at: { generalise: month }", new FieldAction.GeneraliseTime(CalendarUnit.Month) },
        { "last_order_at:\n        generalise: year", new FieldAction.GeneraliseTime(CalendarUnit.Year) },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_action_has_a_shape_in_the_file(string line, FieldAction expected)
    {
        var rule = SomePolicy.Load(Rule.Replace("zip_code: keep", line, StringComparison.Ordinal), out var said).ShouldNotBeNull(string.Join('\n', said)).Rules.Single();

        var (leaf, path) = (SomePolicy.Fields(SomePolicy.Profiles, line.Split(':')[0]), line.Split(':')[0]);
        var ruling = rule.Rulings.Single(ruling => ruling is not null).ShouldNotBeNull();
        (ruling.Path, ruling.Action).ShouldBe((path, expected));
        rule.Plan.Actions[SomePolicy.Profiles.Shape.Leaves.Single(candidate => leaf.Contains(candidate.Number)).Number].ShouldBe(expected);
        rule.Permitted.IsEmpty.ShouldBe(!expected.Releases);
    }

    /// <summary>What explanations and messages print can be written into a file.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void What_an_action_is_called_reads_back(string line, FieldAction expected)
    {
        var written = expected.ToString().Contains(':', StringComparison.Ordinal) ? $"{{ {expected} }}" : expected.ToString();

        var rule = SomePolicy.Load(Rule.Replace("zip_code: keep", $"{line.Split(':')[0]}: {written}", StringComparison.Ordinal), out _).ShouldNotBeNull().Rules.Single();

        rule.Rulings.Single(ruling => ruling is not null)!.Action.ShouldBe(expected);
    }

    [Theory]
    [InlineData("zip_code: msk", ":11:17: unknown action 'msk', expected keep, drop, mask, truncate, generalise or pseudonymise; did you mean 'mask'?")]
    [InlineData("zip_code: { generalize: month }", ":11:19: unknown action 'generalize', expected keep, drop, mask, truncate, generalise or pseudonymise; did you mean 'generalise'?")]
    [InlineData("zip_code: mask", ":11:17: a mask says how much stays: '{ mask: { first: 2 } }' or '{ mask: { last: 4 } }'")]
    [InlineData("zip_code: truncate", ":11:17: truncate says how much stays: '{ truncate: 10 }'")]
    [InlineData("zip_code: generalise", ":11:17: generalise says to what: '{ generalise: month }', '{ generalise: { step: 100 } }' or '{ generalise: { prefix: 3 } }'")]
    [InlineData("zip_code: { keep: 3 }", ":11:19: 'keep' takes nothing; write it alone")]
    [InlineData("zip_code: { mask: 4 }", ":11:25: a mask keeps the first characters or the last ones: '{ first: 2 }' or '{ last: 2 }'")]
    [InlineData("zip_code: { mask: {} }", ":11:25: a mask keeps the first characters or the last ones: '{ first: 2 }' or '{ last: 2 }'")]
    [InlineData("zip_code: { mask: { first: 1, last: 1 } }", ":11:25: a mask keeps the first characters or the last ones: '{ first: 2 }' or '{ last: 2 }'")]
    [InlineData("zip_code: { mask: { frist: 1 } }", ":11:27: unknown key 'frist': a mask keeps the first characters or the last ones; did you mean 'first'?")]
    [InlineData("zip_code: { mask: { first: -1 } }", ":11:34: expected a whole number from 0 to 65536, found '-1'")]
    [InlineData("zip_code: { truncate: 0 }", ":11:29: expected a whole number from 1 to 65536, found '0'")]
    [InlineData("zip_code: { generalise: { prefix: 0 } }", ":11:41: expected a whole number from 1 to 65536, found '0'")]
    [InlineData("orders_per_month: { generalise: { step: 1 } }", ":11:47: expected a whole number from 2, found '1'")]
    [InlineData("last_order_at: { generalise: week }", ":11:36: expected a unit of time, '{ step: 100 }' or '{ prefix: 3 }' (day, month, year), found 'week'")]
    [InlineData("last_order_at: { generalise: moth }", ":11:36: expected a unit of time, '{ step: 100 }' or '{ prefix: 3 }' (day, month, year), found 'moth'; did you mean 'month'?")]
    [InlineData("zip_code: { mask: { first: 2 }, truncate: 3 }", ":11:17: expected one action for a field")]
    [InlineData("zip_code: [keep]", ":11:17: expected an action such as keep, drop, pseudonymise, '{ mask: { first: 2 } }', '{ truncate: 10 }' or '{ generalise: month }', found a list")]
    public void A_mistake_in_an_action_is_told_where_it_is(string line, string expected)
    {
        SomePolicy.Load(Rule.Replace("zip_code: keep", line, StringComparison.Ordinal), out var said).ShouldBeNull();

        said.ShouldBe(["tax.yaml" + expected]);
    }

    [Theory]
    [InlineData("last_order_at: { mask: { first: 2 } }", ":11:22: mask: { first: 2 } does not fit last_order_at, which is a google.protobuf.Timestamp; ")]
    [InlineData("last_order_at: { generalise: { step: 2 } }", ":11:22: generalise: { step: 2 } does not fit last_order_at, which is a google.protobuf.Timestamp; ")]
    [InlineData("orders_per_month: { generalise: month }", ":11:25: generalise: month does not fit orders_per_month, which is an int64; ")]
    [InlineData("categories: { truncate: 3 }", ":11:19: truncate: 3 does not fit categories.orders, which is an int64; ")]
    [InlineData("average_basket: pseudonymise", ":11:23: pseudonymise does not fit average_basket.minor_units, which is an int64; ")]
    public void An_action_that_does_not_fit_the_type_is_told_once_a_line(string line, string expected)
    {
        SomePolicy.Load(Rule.Replace("zip_code: keep", line, StringComparison.Ordinal), out var said).ShouldBeNull();

        said.ShouldHaveSingleItem().ShouldStartWith("tax.yaml" + expected);
    }

    [Fact]
    public void Where_a_longer_path_speaks_the_shorter_need_not_fit() =>
        SomePolicy.Load(Rule.Replace("zip_code: keep", "categories: { truncate: 3 }\n      categories.orders: { generalise: { step: 5 } }", StringComparison.Ordinal), out var said)
            .ShouldNotBeNull(string.Join('\n', said)).Rules.Single().Permitted.ShouldBe(SomePolicy.Fields(SomePolicy.Profiles, "categories"));

    [Fact]
    public void All_mistakes_of_a_rule_are_told_at_once()
    {
        var lines = "zip_code: { truncate: 0 }\n      last_order_at: { mask: { first: 1 } }\n      regio_name: keep\n      first_order_at: { generalise: years }";

        SomePolicy.Load(Rule.Replace("zip_code: keep", lines, StringComparison.Ordinal), out var said).ShouldBeNull();

        said.Select(line => line.Split(':')[1]).ShouldBe(["11", "12", "13", "14"]);
        said[2].ShouldEndWith("did you mean 'region_name'?");
    }
}
