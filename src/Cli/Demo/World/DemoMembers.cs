using Exchange.Vocabulary;

namespace Exchange.Cli.Demo.World;

/// <summary>Who takes part in the demo: the members of certs-dev/members.yaml, and one whom it does not name.</summary>
public static class DemoMembers
{
    /// <summary>The exchange's name, the first part of every id.</summary>
    public const string Instance = "exchange.test";

    /// <summary>The node's log.</summary>
    public const string Origin = "exchange.test/node-1";

    /// <summary>The node.</summary>
    public static MemberId Node { get; } = MemberId.Parse("spiffe://exchange.test/ops/node-1");

    /// <summary>Asks for evidence for a tax deduction (S3).</summary>
    public static MemberId TaxService { get; } = MemberId.Parse("spiffe://exchange.test/gov/tax-service");

    /// <summary>Prefills forms (S9), and gives and withdraws consent for citizens.</summary>
    public static MemberId Portal { get; } = MemberId.Parse("spiffe://exchange.test/gov/portal");

    /// <summary>Holds the purchases.</summary>
    public static MemberId Marketplace { get; } = MemberId.Parse("spiffe://exchange.test/market/sample");

    /// <summary>Bears a sound certificate of the same anchor, and stands in no registry.</summary>
    public static MemberId Stranger { get; } = MemberId.Parse("spiffe://exchange.test/gov/stranger");

    /// <summary>The purchases.</summary>
    public static DatasetId Purchases { get; } = DatasetId.Parse("purchases.v1");

    /// <summary>The tax service's purpose.</summary>
    public static PurposeId TaxDeduction { get; } = PurposeId.Parse("tax-deduction");

    /// <summary>The portal's purpose.</summary>
    public static PurposeId FormPrefill { get; } = PurposeId.Parse("form-prefill");

    /// <summary>How the state names a citizen.</summary>
    public static SubjectScheme Inn { get; } = SubjectScheme.Parse("inn");

    /// <summary>How the marketplace names its customer.</summary>
    public static SubjectScheme Customer { get; } = SubjectScheme.Parse("customer");
}
