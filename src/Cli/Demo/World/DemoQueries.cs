using Exchange.Client;
using Exchange.Vocabulary;

namespace Exchange.Cli.Demo.World;

/// <summary>What the members of the demo ask, each for its purpose.</summary>
public static class DemoQueries
{
    /// <summary>What a tax deduction needs: number, time, cancellation, sum, goods, fiscal receipt.</summary>
    public static IReadOnlyList<string> DeductionFields { get; } = ["order_number", "ordered_at", "cancelled", "total", "items", "receipt"];

    /// <summary>What a form asks its reader to type.</summary>
    public static IReadOnlyList<string> FormFields { get; } = ["buyer.last_name", "buyer.first_name", "buyer.middle_name", "delivery.region_name", "delivery.zip_code"];

    /// <summary>The tax service's query about a citizen.</summary>
    public static FetchQuery ForDeduction(Citizen citizen, Period period) => new()
    {
        Provider = DemoMembers.Marketplace,
        Dataset = DemoMembers.Purchases,
        Purpose = DemoMembers.TaxDeduction,
        Scheme = DemoMembers.Inn,
        Subject = citizen.Inn,
        Fields = DeductionFields,
        From = period.From,
        Until = period.Until,
        PageSize = 25,
    };

    /// <summary>The portal's query about a citizen.</summary>
    public static FetchQuery ForForm(Citizen citizen, Period period) =>
        ForDeduction(citizen, period) with { Purpose = DemoMembers.FormPrefill, Fields = FormFields };

    /// <summary>A citizen's consent, as the portal states it: the one place where both of their names meet.</summary>
    public static ConsentTerms Consent(Citizen citizen, MemberId consumer, PurposeId purpose, IReadOnlyList<string> fields) => new()
    {
        Provider = DemoMembers.Marketplace,
        Consumer = consumer,
        Dataset = DemoMembers.Purchases,
        Purpose = purpose,
        Subject = new Dictionary<SubjectScheme, string> { [DemoMembers.Customer] = citizen.Customer, [DemoMembers.Inn] = citizen.Inn },
        Fields = fields,
        Jurisdiction = "RU",
    };
}
