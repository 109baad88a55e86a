using System.Globalization;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Exchange.Samples.Marketplace.Books;

namespace Exchange.Node.Tests.Answers;

/// <summary>
/// A rule that answers assertions about what a citizen spent, five fresh ones a year; the node takes a marketplace's answer in pages of two.
/// <see cref="Consenting"/> consented to some of them and to no field, <see cref="SomeWorld.Citizen"/> to fields and to no assertion.
/// </summary>
internal sealed class AssertionWorld : IAsyncDisposable
{
    internal const string Consenting = "1009";
    internal const int Budget = 5;

    /// <summary>What the citizen consented to, in no particular order.</summary>
    internal static readonly string[] Consented = ["spent-exactly", "spent-more", "spent-euros", "bought-nothing-yesterday", "last-before-november", "items-bought"];

    private AssertionWorld(SomeWorld world) => World = world;

    internal SomeWorld World { get; }

    internal ExchangeClient Tax => World.Tax;

    internal static async Task<AssertionWorld> CreateAsync()
    {
        var world = new SomeWorld { Policy = WithAssertions };
        await world.InitializeAsync();
        await File.AppendAllTextAsync(world.World.NodeConfiguration, "limits: {page_size: 2}\n");
        await world.RestartAsync();
        var assertions = new AssertionWorld(world);
        await assertions.ConsentAsync(Consenting, Consented);
        return assertions;
    }

    public async ValueTask DisposeAsync() => await ((IAsyncLifetime)World).DisposeAsync();

    internal static FetchQuery Ask(params string[] assertions) => SomeWorld.Ask(Consenting) with { Fields = [], Assertions = assertions, From = null, Until = null };

    internal Task<ConsentConfirmation> ConsentAsync(string customer, params string[] assertions) =>
        World.Portal.GiveConsentAsync(SomeWorld.Consent(customer) with { Fields = [], Assertions = assertions });

    internal async Task<Verdict[]> AnswersAsync(params string[] assertions) => [.. (await Tax.FetchAsync(Ask(assertions))).Answers.Select(answer => answer.Verdict)];

    internal Task<ExchangeRefusedException> RefusedAsync(FetchQuery query) => Should.ThrowAsync<ExchangeRefusedException>(() => Tax.FetchAsync(query));

    private static string WithAssertions(string policy)
    {
        var orders = new SampleBook(seed: 7, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)).Read(new OrderQuery(Consenting, 0, 0, 1000, null)).Orders;
        var spent = orders.Sum(order => order.Total.MinorUnits);
        var items = orders.Sum(order => order.Items.Count);
        orders.Count.ShouldBeGreaterThan(2, "there must be several pages");
        return policy.Replace("    obligations: {retention: 1095d", string.Create(CultureInfo.InvariantCulture, $$"""
                assertions:
                  - {id: spent-exactly, expression: sum(total) >= {{spent}} RUB}
                  - {id: spent-more, expression: sum(total) > {{spent}} RUB}
                  - {id: spent-euros, expression: sum(total) > 1 EUR}
                  - {id: bought-nothing-yesterday, expression: count(order_number) = 0, window: 1d}
                  - {id: last-before-november, expression: max(ordered_at) < 2026-11-01, window: 3650d}
                  - {id: items-bought, expression: count(items) = {{items}}, window: 3650d}
                  - {id: never-consented, expression: exists(buyer.phone)}
                assertion_budget: {evaluations: {{Budget}}, per: year}
                obligations: {retention: 1095d
            """), StringComparison.Ordinal);
    }
}
