using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Datasets.Purchases.V1;
using Exchange.Node.Tests.Worlds;

namespace Exchange.Node.Tests.Transfers;

/// <summary>Two consumers get order numbers as pseudonyms.</summary>
public sealed class PseudonymTests : IAsyncLifetime
{
    private readonly SomeWorld _world = new()
    {
        Policy = policy => policy
            .Replace("      order_number: keep", "      order_number: pseudonymise", StringComparison.Ordinal)
            .Replace("      ordered_at: keep\n      buyer.last_name: keep", "      order_number: pseudonymise\n      buyer.last_name: keep", StringComparison.Ordinal),
    };

    private string[] OwnNumbers => [.. _world.OrdersOf(SomeWorld.Citizen).Select(order => order.OrderNumber)];

    public async Task InitializeAsync()
    {
        await _world.InitializeAsync();
        await _world.Portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.Citizen, "order_number") with { Consumer = DemoMembers.Portal, Purpose = DemoMembers.FormPrefill });
    }

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Two_consumers_get_different_pseudonyms_of_one_value()
    {
        var tax = await NumbersAsync(_world.Tax, SomeWorld.Ask());
        var portal = await NumbersAsync(_world.Portal, SomeWorld.Ask() with { Purpose = DemoMembers.FormPrefill });

        tax.Length.ShouldBe(OwnNumbers.Length);
        portal.Length.ShouldBe(OwnNumbers.Length);
        tax.ShouldAllBe(number => number.Length == 32);
        tax.Distinct().Count().ShouldBe(OwnNumbers.Distinct().Count());
        tax.Intersect(portal).ShouldBeEmpty();
        tax.Concat(portal).Intersect(OwnNumbers).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_consumer_gets_the_same_pseudonym_again_after_a_restart()
    {
        var before = await NumbersAsync(_world.Tax, SomeWorld.Ask());
        await _world.RestartAsync();

        (await NumbersAsync(_world.Tax, SomeWorld.Ask())).ShouldBe(before);
    }

    private static async Task<string[]> NumbersAsync(ExchangeClient client, FetchQuery query) =>
        [.. (await client.FetchAsync(query with { Fields = ["order_number"] })).Records.Select(record => Order.Parser.ParseFrom(record).OrderNumber)];
}
