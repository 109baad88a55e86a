using System.Collections.Frozen;
using System.Collections.Immutable;
using Exchange.Documents;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading;

/// <summary>Reads rules, and refuses those that contradict another, their dataset or their legal basis.</summary>
internal sealed class RuleReader(PolicyNames names, PurposeReader purposes)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    private static readonly FrozenDictionary<string, LegalBasis> Bases = new Dictionary<string, LegalBasis>
    {
        ["consent"] = LegalBasis.Consent,
        ["contract"] = LegalBasis.Contract,
        ["legal-obligation"] = LegalBasis.LegalObligation,
        ["public-task"] = LegalBasis.PublicTask,
        ["vital-interest"] = LegalBasis.VitalInterest,
        ["legitimate-interest"] = LegalBasis.LegitimateInterest,
        ["statistics"] = LegalBasis.Statistics,
    }.ToFrozenDictionary();

    private readonly Dictionary<string, DocumentPosition> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<RuleKey, Rule> _rules = [];

    internal IEnumerable<Rule> Rules => _rules.Values;

    internal void Read(DocumentMapping mapping)
    {
        var id = ReadId(mapping.Required("id"));
        var consumer = names.Member(mapping.Required("consumer"), MemberRoles.Consumer, "consumer");
        var provider = names.Member(mapping.Required("provider"), MemberRoles.Provider, "provider");
        var dataset = names.Dataset(mapping.Required("dataset"));
        var purpose = purposes.Resolve(mapping.Required("purpose"));
        var basis = ReadBasis(mapping, dataset, out var reference);
        var rulings = FieldRulingReader.Read(mapping.Required("fields"), dataset);
        var obligations = ReadObligations(mapping.Optional("obligations"), dataset);

        if (consumer is null || provider is null || dataset is null || purpose is null)
        {
            return; // Said above; without its key a rule can overlap with nothing.
        }

        var rule = new Rule
        {
            Id = id ?? string.Empty,
            Key = new(consumer.Value, provider.Value, dataset.Id, purpose.Value),
            Basis = basis ?? LegalBasis.Consent,
            Reference = reference,
            Plan = ReleasePlan.Compile(dataset.Shape, rulings.Select(ruling => ruling?.Action)),
            Rulings = rulings,
            Obligations = obligations,
            Position = mapping.Position,
        };
        if (!_rules.TryAdd(rule.Key, rule))
        {
            mapping.Refuse($"a second rule for the same consumer, provider, dataset and purpose; the first is '{_rules[rule.Key].Id}' at {_rules[rule.Key].Position}");
        }
    }

    private string? ReadId(DocumentValue value)
    {
        // Spelt like purposes: safe in tables, file names and messages.
        if (value.As<PurposeId>(PurposeId.TryParse, "a rule id: lower-case letters, digits, and dots, hyphens or underscores within") is not { Value: var id })
        {
            return null;
        }

        if (!_ids.TryAdd(id, value.Position))
        {
            value.Refuse($"rule id '{id}' is used twice, first at {_ids[id]}");
        }

        return id;
    }

    private static LegalBasis? ReadBasis(DocumentMapping mapping, Dataset? dataset, out string? reference)
    {
        var value = mapping.Required("basis");
        var basis = value.OneOf(Bases, "a legal basis");
        var named = mapping.Optional("reference");
        reference = named.Text("the article or contract");
        switch (basis)
        {
            case LegalBasis.Consent when named.IsPresent:
                named.Refuse("consent speaks for itself; remove 'reference'");
                break;
            case LegalBasis.Consent when dataset is { SubjectPath: null }:
                value.Refuse($"nobody can consent: the records of '{dataset.Id}' name no subject");
                break;
            case LegalBasis.Statistics when dataset is { SubjectPath: not null }:
                value.Refuse($"statistics releases aggregates only: each record of '{dataset.Id}' is about a subject");
                break;
            case not (null or LegalBasis.Consent) when !named.IsPresent:
                value.Refuse("a basis other than consent names its article or contract; add 'reference'");
                break;
        }

        return basis;
    }

    private static Obligations ReadObligations(DocumentValue value, Dataset? dataset)
    {
        using var mapping = value.Mapping();
        var period = mapping.Optional("maximum_period");
        if (period.IsPresent && dataset is { TimePath: null })
        {
            period.Refuse($"the records of '{dataset.Id}' name no time, so no period can be checked");
        }

        return new(
            Retention: mapping.Optional("retention").Duration(TimeSpan.FromSeconds(1), Longest),
            NoOnwardTransfer: mapping.Optional("no_onward_transfer").Flag() ?? false,
            MaximumPeriod: period.Duration(TimeSpan.FromSeconds(1), Longest));
    }
}
