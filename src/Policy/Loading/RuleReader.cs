using System.Collections.Frozen;
using System.Collections.Immutable;
using Exchange.Documents;
using Exchange.Policy.Loading.Assertions;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading;

/// <summary>Reads rules, and refuses those that contradict another, their dataset or their legal basis.</summary>
internal sealed class RuleReader(PolicyNames names, PurposeReader purposes)
{
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
    private readonly Dictionary<(MemberId Provider, DatasetId Dataset), Rule> _contributors = [];

    internal IEnumerable<Rule> Rules => _rules.Values;

    internal void Read(DocumentMapping mapping)
    {
        var id = ReadId(mapping.Required("id"));
        var consumer = names.Member(mapping.Required("consumer"), MemberRoles.Consumer, "consumer");
        var provider = names.Member(mapping.Required("provider"), MemberRoles.Provider, "provider");
        var dataset = names.Dataset(mapping.Required("dataset"));
        var purpose = purposes.Resolve(mapping.Required("purpose"));
        var basis = ReadBasis(mapping, dataset, out var reference);
        var asserted = mapping.Optional("assertions");
        var rulings = FieldRulingReader.Read(asserted.IsPresent ? mapping.Optional("fields") : mapping.Required("fields"), dataset);
        var assertions = AssertionReader.Read(asserted, dataset);
        var budget = AssertionReader.ReadBudget(mapping, asserted);
        var obligations = ObligationsReader.Read(mapping, dataset, basis);

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
            Assertions = assertions,
            AssertionBudget = budget,
            Obligations = obligations,
            Position = mapping.Position,
        };
        if (!_rules.TryAdd(rule.Key, rule))
        {
            mapping.Refuse($"a second rule for the same consumer, provider, dataset and purpose; the first is '{_rules[rule.Key].Id}' at {_rules[rule.Key].Position}");
        }

        CheckContributors(rule, mapping);
    }

    /// <summary>A partition is suppressed once and frozen for everybody: two limits for it would contradict each other.</summary>
    private void CheckContributors(Rule rule, DocumentMapping mapping)
    {
        if (rule.Obligations.MinimumContributors is { } contributors
            && !_contributors.TryAdd((rule.Provider, rule.Dataset), rule)
            && _contributors[(rule.Provider, rule.Dataset)] is var first
            && first.Obligations.MinimumContributors != contributors)
        {
            mapping.Refuse($"all rules of one provider and dataset share 'minimum_contributors'; here it is {contributors}, in '{first.Id}' at {first.Position} it is {first.Obligations.MinimumContributors}");
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
            case LegalBasis.Statistics when dataset is { Statistics: null }:
                value.Refuse($"statistics releases partitions of cells: '{dataset.Id}' has no dimension_fields in its dataset option");
                break;
            case not (null or LegalBasis.Statistics) when dataset is { Statistics: not null }:
                value.Refuse($"the records of '{dataset.Id}' are cells, of which only statistics suppresses those with few people behind them");
                break;
            case not (null or LegalBasis.Consent) when !named.IsPresent:
                value.Refuse("a basis other than consent names its article or contract; add 'reference'");
                break;
        }

        return basis;
    }
}
