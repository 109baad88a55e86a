using Exchange.Documents;
using Exchange.Policy.Loading;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Policy.Tests.Loading;
using Exchange.Vocabulary;

namespace Exchange.Policy.Tests;

/// <summary>A policy with what surrounds it: two datasets and five members.</summary>
internal static class SomePolicy
{
    internal static readonly MemberId Tax = MemberId.Parse("spiffe://exchange.test/gov/tax");
    internal static readonly MemberId Portal = MemberId.Parse("spiffe://exchange.test/gov/portal");
    internal static readonly MemberId Market = MemberId.Parse("spiffe://exchange.test/market/sample");
    internal static readonly MemberId Auditor = MemberId.Parse("spiffe://exchange.test/audit/court");
    internal static readonly PurposeId TaxDeduction = PurposeId.Parse("tax-deduction");
    internal static readonly SubjectScheme Customer = SubjectScheme.Parse("customer");
    internal static readonly SubjectScheme Inn = SubjectScheme.Parse("inn");

    internal static readonly Dictionary<MemberId, MemberRoles> Members = new()
    {
        [Tax] = MemberRoles.Consumer,
        [Portal] = MemberRoles.Consumer | MemberRoles.ConsentManager,
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

    internal static Dataset Purchases { get; } = LoadPurchases();

    internal static Dataset Prices { get; } = LoadPrices();

    internal static DatasetCatalogue Datasets { get; } = new([Purchases, Prices]);

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

    private static Dataset LoadPurchases()
    {
        var diagnostics = new List<Diagnostic>();
        return DatasetLoader.LoadFile(Path.Combine(AppContext.BaseDirectory, "datasets", "purchases.v1.binpb"), diagnostics)
            ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
    }

    private static Dataset LoadPrices()
    {
        var folder = Directory.CreateTempSubdirectory("prices-");
        try
        {
            var file = Path.Combine(folder.FullName, "prices.v1.binpb");
            File.WriteAllBytes(file, Protoc.Compile("prices.v1", """
                message Price { option dataset = {title: "Prices"}; string sku = 1 [category = PUBLIC]; int64 price = 2 [category = PUBLIC]; }
                """));
            return DatasetLoader.LoadFile(file, []) ?? throw new InvalidOperationException("prices.v1 does not load");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
