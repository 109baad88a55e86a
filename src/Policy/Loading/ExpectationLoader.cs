using System.Collections.Immutable;
using Exchange.Documents;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading;

/// <summary>Reads a file of expectations; names are checked as those of a policy are.</summary>
public static class ExpectationLoader
{
    private static readonly ImmutableArray<string> Reasons =
    [
        .. new[]
        {
            ErrorCode.PurposeUnknown, ErrorCode.RuleMissing, ErrorCode.FieldsEmpty, ErrorCode.FieldsNotPermitted, ErrorCode.OverAsk, ErrorCode.ConsentCoversNothing,
        }.Select(code => ErrorCatalogue.Of(code).Reason),
    ];

    /// <summary>The expectations in the file's order; null when there are mistakes, which are then among the diagnostics, all of them.</summary>
    public static ImmutableArray<PolicyExpectation>? Load(
        string file, DatasetCatalogue datasets, IReadOnlyDictionary<MemberId, MemberRoles> members, ICollection<Diagnostic> diagnostics)
    {
        var mistakes = new List<Diagnostic>();
        var expectations = ImmutableArray.CreateBuilder<PolicyExpectation>();
        if (Document.Read(file, mistakes) is { } document)
        {
            using var root = document.Root.Mapping();
            var names = new PolicyNames(datasets, members);
            foreach (var item in root.Required("expectations").Items("expected at least one expectation"))
            {
                using var mapping = item.Mapping();
                if (Read(mapping, names) is { } expectation)
                {
                    expectations.Add(expectation);
                }
            }
        }

        foreach (var mistake in Diagnostic.InReadingOrder(mistakes))
        {
            diagnostics.Add(mistake);
        }

        return mistakes.Count == 0 ? expectations.ToImmutable() : null;
    }

    private static PolicyExpectation? Read(DocumentMapping mapping, PolicyNames names)
    {
        var name = mapping.Required("name").Text("a sentence that says what is expected");
        var consumer = names.Member(mapping.Required("consumer"));
        var provider = names.Member(mapping.Required("provider"));
        var dataset = names.Dataset(mapping.Required("dataset"));
        var purpose = mapping.Required("purpose").As<PurposeId>(PurposeId.TryParse, "a purpose such as tax-deduction");
        var (asks, consents, gets, refused, assertions) =
            (mapping.Optional("asks"), mapping.Optional("consents"), mapping.Optional("gets"), mapping.Optional("refused"), mapping.Optional("assertions"));
        var scheme = mapping.Optional("named_by").As<SubjectScheme>(SubjectScheme.TryParse, "a scheme such as inn");
        var strict = mapping.Optional("strict").Flag() ?? false;
        var reason = ReadReason(refused);
        var wanted = assertions.IsPresent ? assertions.Items().Select(item => item.Text("an assertion's name")).OfType<string>().ToImmutableArray() : default(ImmutableArray<string>?);
        var rulings = gets.IsPresent ? FieldRulingReader.Read(gets, dataset) : default(ImmutableArray<FieldRuling?>?);
        var (asked, consented) = (ReadPaths(asks, dataset), ReadPaths(consents, dataset));
        CheckWhole(mapping, gets, refused, assertions);
        if (name is null || consumer is null || provider is null || dataset is null || purpose is null)
        {
            return null;
        }

        return new()
        {
            Name = name,
            Key = new(consumer.Value, provider.Value, dataset.Id, purpose.Value),
            Dataset = dataset,
            Asks = asks.IsPresent ? asked : [dataset.Shape.All],
            Consents = consents.IsPresent ? consented.Aggregate(FieldSet.Empty, (all, path) => all | path) : dataset.Shape.All,
            NamedBy = scheme ?? dataset.SubjectScheme,
            Strict = strict,
            Gets = rulings?.Select(ruling => ruling?.Action ?? new FieldAction.Drop()).ToImmutableArray(),
            Refused = reason,
            Assertions = wanted,
            Position = mapping.Position,
        };
    }

    private static void CheckWhole(DocumentMapping mapping, DocumentValue gets, DocumentValue refused, DocumentValue assertions)
    {
        if (gets.IsPresent && refused.IsPresent)
        {
            refused.Refuse("who is refused gets nothing; one of 'gets' and 'refused'");
        }
        else if (!gets.IsPresent && !refused.IsPresent && !assertions.IsPresent)
        {
            mapping.Refuse("nothing is expected; add 'gets', 'refused' or 'assertions'");
        }
    }

    private static string? ReadReason(DocumentValue value)
    {
        if (value.Text("a reason such as RULE_MISSING") is not { } reason || Reasons.Contains(reason))
        {
            return value.Text();
        }

        value.Refuse($"expected a reason for which a policy refuses ({string.Join(", ", Reasons)}), found '{reason}'", NearestName.Of(reason, Reasons));
        return null;
    }

    private static ImmutableArray<FieldSet> ReadPaths(DocumentValue value, Dataset? dataset)
    {
        var paths = ImmutableArray.CreateBuilder<FieldSet>();
        foreach (var item in value.Items())
        {
            if (item.Text("a path of the record") is not { } path || dataset is null)
            {
                continue;
            }

            if (dataset.Shape.TryResolve(path, out var leaves))
            {
                paths.Add(leaves);
            }
            else
            {
                item.Refuse($"unknown field '{path}' of dataset '{dataset.Id}'", dataset.NearestPath(path));
            }
        }

        return paths.ToImmutable();
    }
}
