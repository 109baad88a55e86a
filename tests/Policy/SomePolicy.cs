using Exchange.Documents;
using Exchange.Policy.Loading;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Policy.Tests.Loading;
using Exchange.Vocabulary;

namespace Exchange.Policy.Tests;

/// <summary>A policy with what surrounds it: datasets, those that are shipped and one more, and members.</summary>
internal static class SomePolicy
{
    internal static readonly MemberId Tax = MemberId.Parse("spiffe://exchange.test/gov/tax");
    internal static readonly MemberId Portal = MemberId.Parse("spiffe://exchange.test/gov/portal");
    internal static readonly MemberId Social = MemberId.Parse("spiffe://exchange.test/gov/social");
    internal static readonly MemberId Statistics = MemberId.Parse("spiffe://exchange.test/gov/statistics");
    internal static readonly MemberId Market = MemberId.Parse("spiffe://exchange.test/market/sample");
    internal static readonly MemberId Auditor = MemberId.Parse("spiffe://exchange.test/audit/court");
    internal static readonly PurposeId TaxDeduction = PurposeId.Parse("tax-deduction");
    internal static readonly SubjectScheme Customer = SubjectScheme.Parse("customer");
    internal static readonly SubjectScheme Inn = SubjectScheme.Parse("inn");

    internal static readonly Dictionary<MemberId, MemberRoles> Members = new()
    {
        [Tax] = MemberRoles.Consumer,
        [Portal] = MemberRoles.Consumer | MemberRoles.ConsentManager,
        [Social] = MemberRoles.Consumer,
        [Statistics] = MemberRoles.Consumer,
        [Market] = MemberRoles.Provider,
        [Auditor] = MemberRoles.Auditor,
    };

    internal const string Text = """
        purposes:
          - id: tax-deduction
            title: Evidence for a tax deduction
          - id: price-control
            title: Control of prices
        rules:
          - id: tax-deduction-purchases
            consumer: spiffe://exchange.test/gov/tax
            provider: spiffe://exchange.test/market/sample
            dataset: purchases.v1
            purpose: tax-deduction
            basis: consent
            fields:
              customer_id: keep
              order_number: keep
              receipt: keep
              receipt.buyer_inn: drop
              receipt.total_sum: drop
              receipt.total_sum.minor_units: keep
            obligations:
              retention: 1095d
              no_onward_transfer: true
              maximum_period: 366d
          - id: price-control
            consumer: spiffe://exchange.test/gov/tax
            provider: spiffe://exchange.test/market/sample
            dataset: prices.v1
            purpose: price-control
            basis: public-task
            reference: Article 5 of the act on prices
            fields:
              sku: keep
              price: keep
        consent_managers:
          - manager: spiffe://exchange.test/gov/portal
            provider: spiffe://exchange.test/market/sample
            dataset: purchases.v1
            consumer: spiffe://exchange.test/gov/tax
        """;

    internal static Dataset Purchases { get; } = LoadShipped("purchases.v1");

    internal static Dataset Demand { get; } = LoadShipped("demand.v1");

    internal static Dataset Profiles { get; } = LoadShipped("customer_profile.v1");

    internal static Dataset Prices { get; } = LoadSmall("prices.v1", """
        message Price { option dataset = {title: "Prices"}; string sku = 1 [category = PUBLIC]; int64 price = 2 [category = PUBLIC]; }
        """);

    internal static Dataset Loyalty { get; } = LoadSmall("loyalty.v1", """
        message Card {
          option dataset = {title: "Loyalty cards" subject_field: "customer_id" subject_scheme: "customer"};
          string customer_id = 1 [category = IDENTITY];
          map<string, int64> points = 2 [category = PURCHASE];
          map<string, Visit> visits = 3 [category = PURCHASE];
        }
        message Visit { int64 count = 1 [category = PURCHASE]; google.protobuf.Timestamp last = 2 [category = PURCHASE]; }
        """);

    internal static DatasetCatalogue Datasets { get; } = new([Purchases, Demand, Profiles, Prices, Loyalty]);

    internal static PolicySnapshot Sound() => Load(Text, out var said) ?? throw new InvalidOperationException(string.Join('\n', said));

    /// <summary>The snapshot of one file <c>tax.yaml</c>, and what was said without the folder.</summary>
    internal static PolicySnapshot? Load(string text, out IReadOnlyList<string> said) => Load(out said, ("tax.yaml", text));

    internal static PolicySnapshot? Load(out IReadOnlyList<string> said, params (string Name, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("policy-");
        try
        {
            foreach (var (name, text) in files)
            {
                File.WriteAllText(Path.Combine(folder.FullName, name), text);
            }

            var diagnostics = new List<Diagnostic>();
            var snapshot = PolicyLoader.Load(folder.FullName, Datasets, Members, diagnostics);
            said = [.. diagnostics.Select(diagnostic => diagnostic.ToString().Replace(folder.FullName + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal))];
            (snapshot is null).ShouldBe(diagnostics.Count > 0);
            return snapshot;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The leaves of these paths.</summary>
    internal static FieldSet Fields(Dataset dataset, params string[] paths)
    {
        var set = FieldSet.Empty;
        foreach (var path in paths)
        {
            dataset.Shape.TryResolve(path, out var leaves).ShouldBeTrue(path);
            set |= leaves;
        }

        return set;
    }

    private static Dataset LoadShipped(string id)
    {
        var diagnostics = new List<Diagnostic>();
        return DatasetLoader.LoadFile(Path.Combine(AppContext.BaseDirectory, "datasets", id + ".binpb"), diagnostics)
            ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
    }

    /// <summary>A dataset of a few lines; what is wrong with it is told by the tests of the loader.</summary>
    internal static Dataset LoadSmall(string id, string body)
    {
        var folder = Directory.CreateTempSubdirectory("dataset-");
        try
        {
            var file = Path.Combine(folder.FullName, id + ".binpb");
            File.WriteAllBytes(file, Protoc.Compile(id, body));
            return DatasetLoader.LoadFile(file, []) ?? throw new InvalidOperationException(id + " does not load");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
