using System.Text;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Datasets.Purchases.V1;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Transfers;

/// <summary>A rule has one legal basis. What rests on another than consent needs none, says so, and is no way round a consent that is missing.</summary>
public sealed class LegalBasisTests : IAsyncLifetime
{
    private static readonly string[] Bases = ["contract", "legal-obligation", "vital-interest", "public-task", "legitimate-interest"];

    private readonly SomeWorld _world = new() { Policy = WithEveryBasis };

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("contract", Format.V1.LegalBasis.Contract)]
    [InlineData("legal-obligation", Format.V1.LegalBasis.LegalObligation)]
    [InlineData("vital-interest", Format.V1.LegalBasis.VitalInterest)]
    [InlineData("public-task", Format.V1.LegalBasis.PublicTask)]
    [InlineData("legitimate-interest", Format.V1.LegalBasis.LegitimateInterest)]
    public async Task Another_basis_releases_without_consent_and_says_on_what_it_rests(string basis, Format.V1.LegalBasis expected)
    {
        var page = await _world.Tax.FetchAsync(Ask(basis, SomeWorld.WithoutConsent));

        var orders = _world.OrdersOf(SomeWorld.WithoutConsent);
        page.Records.Select(record => Order.Parser.ParseFrom(record)).ShouldBe(orders.Select(order => new Order { Total = order.Total }));
        (page.Terms.LegalBasis, page.Terms.LegalReference, page.Terms.ConsentReference.Length).ShouldBe((expected, $"Article of {basis}", 0));
        page.Terms.Withheld.ShouldBeEmpty();
        var entry = _world.EntryOf(page.Receipt);
        (entry.Kind, entry.LegalBasis, entry.SubjectPseudonym.Length, entry.ConsentTag.Length).ShouldBe((EntryKind.Released, expected, 48, 0));
    }

    [Fact]
    public async Task Nobody_is_found_by_the_states_name_without_a_consent_that_links_it()
    {
        var query = Ask("public-task", SomeWorld.Citizen) with { Scheme = DemoMembers.Inn, Subject = Inn.OfCustomer(SomeWorld.Citizen) };

        (await RefusedAsync(query)).Reason.ShouldBe("SUBJECT_SCHEME_UNKNOWN");
    }

    [Fact]
    public async Task A_consent_that_is_missing_or_withdrawn_is_not_made_up_for_by_the_basis_of_another_rule()
    {
        // The same consumer may have the same field of the same person, for five other purposes.
        (await RefusedAsync(SomeWorld.Ask(SomeWorld.WithoutConsent) with { Fields = ["total"] })).Reason.ShouldBe("SUBJECT_NOT_AVAILABLE");

        (await _world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.Withdrawing) with { Fields = ["total"] })).Records.ShouldNotBeEmpty();
        await _world.Portal.WithdrawConsentAsync(_world.Consents[SomeWorld.Withdrawing].Id);
        var refused = await RefusedAsync(SomeWorld.Ask(SomeWorld.Withdrawing) with { Fields = ["total"] });
        refused.Reason.ShouldBe("SUBJECT_NOT_AVAILABLE");
        _world.EntryOf(refused.Receipt!).LegalBasis.ShouldBe(Format.V1.LegalBasis.Consent);
    }

    [Fact]
    public async Task A_consent_does_not_widen_a_rule_on_another_basis_nor_does_its_withdrawal_narrow_it()
    {
        var before = await _world.Tax.FetchAsync(Ask("public-task", SomeWorld.Withdrawing) with { Fields = ["total", "receipt"] });
        await _world.Portal.WithdrawConsentAsync(_world.Consents[SomeWorld.Withdrawing].Id);
        var after = await _world.Tax.FetchAsync(Ask("public-task", SomeWorld.Withdrawing) with { Fields = ["total", "receipt"] });

        after.Records.ShouldBe(before.Records);
        after.Terms.Withheld.ShouldAllBe(field => field.Reason == WithheldReason.NotInPolicy && field.Path.StartsWith("receipt."));
    }

    private Task<ExchangeRefusedException> RefusedAsync(FetchQuery query) => Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(query));

    private static FetchQuery Ask(string basis, string customer) => SomeWorld.Ask(customer) with
    {
        Purpose = PurposeId.Parse($"by-{basis}"),
        Scheme = DemoMembers.Customer,
        Subject = customer,
        Fields = ["total"],
    };

    private static string WithEveryBasis(string policy)
    {
        var (purposes, rules) = (new StringBuilder("purposes:\n"), new StringBuilder("rules:\n"));
        foreach (var basis in Bases)
        {
            purposes.Append($"  - {{id: by-{basis}, title: By {basis}}}\n");
            rules.Append($$"""
                  - id: purchases-by-{{basis}}
                    consumer: spiffe://exchange.test/gov/tax-service
                    provider: spiffe://exchange.test/market/sample
                    dataset: purchases.v1
                    purpose: by-{{basis}}
                    basis: {{basis}}
                    reference: Article of {{basis}}
                    fields: {total: keep}

                """);
        }

        return policy
            .Replace("purposes:\n", purposes.ToString(), StringComparison.Ordinal)
            .Replace("rules:\n", rules.ToString(), StringComparison.Ordinal);
    }
}
