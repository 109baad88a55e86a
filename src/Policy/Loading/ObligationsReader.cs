using Exchange.Documents;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading;

/// <summary>Reads a rule's obligations, and refuses what its dataset or its legal basis makes meaningless.</summary>
internal static class ObligationsReader
{
    private const int MostFetches = 1_000_000;
    private const int FewestContributors = 3;
    private const int MostContributors = 1_000_000;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    internal static Obligations Read(DocumentMapping rule, Dataset? dataset, LegalBasis? basis)
    {
        var value = rule.Optional("obligations");
        using var mapping = value.Mapping();
        var period = mapping.Optional("maximum_period");
        if (period.IsPresent && dataset is { TimePath: null })
        {
            period.Refuse($"the records of '{dataset.Id}' name no time, so no period can be checked");
        }

        return new(
            Retention: mapping.Optional("retention").Duration(TimeSpan.FromSeconds(1), Longest),
            NoOnwardTransfer: mapping.Optional("no_onward_transfer").Flag() ?? false,
            MaximumPeriod: period.Duration(TimeSpan.FromSeconds(1), Longest),
            Frequency: AllowanceReader.Read(mapping.Optional("frequency"), "fetches", MostFetches),
            MinimumContributors: ReadContributors(rule, value, mapping.Optional("minimum_contributors"), dataset, basis));
    }

    private static int? ReadContributors(DocumentMapping rule, DocumentValue obligations, DocumentValue value, Dataset? dataset, LegalBasis? basis)
    {
        if (basis == LegalBasis.Statistics && !value.IsPresent && dataset is not { Statistics: null })
        {
            var message = $"statistics says under how many people a cell is suppressed; add 'minimum_contributors', at least {FewestContributors}";
            if (obligations.IsPresent)
            {
                obligations.Refuse(message);
            }
            else
            {
                rule.Refuse(message + ", to 'obligations'");
            }
        }
        else if (value.IsPresent && basis is not (null or LegalBasis.Statistics))
        {
            value.Refuse("only statistics has cells with people behind them; remove 'minimum_contributors'");
        }

        return value.Number(FewestContributors, MostContributors);
    }
}
