using System.Collections.Immutable;
using Exchange.Documents;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading.Assertions;

/// <summary>Reads what a rule lets a consumer ask by name, and how often.</summary>
internal static class AssertionReader
{
    private const int LargestBudget = 1_000;
    private const int LongestWindow = 36_500;

    internal static ImmutableArray<Assertion> Read(DocumentValue value, Dataset? dataset)
    {
        if (value.IsPresent && dataset is { SubjectPath: null })
        {
            value.Refuse($"an assertion is about one subject: the records of '{dataset.Id}' name none");
        }

        var assertions = ImmutableArray.CreateBuilder<Assertion>();
        var places = new Dictionary<string, DocumentPosition>(StringComparer.Ordinal);
        foreach (var item in value.Items("expected at least one assertion; leave 'assertions' out"))
        {
            using var mapping = item.Mapping();
            var named = mapping.Required("id");
            var id = named.As<PurposeId>(PurposeId.TryParse, "an assertion's name: lower-case letters, digits, and dots, hyphens or underscores within");
            var expression = AssertionCompiler.Compile(mapping.Required("expression"), dataset);
            var window = ReadWindow(mapping.Optional("window"), dataset);
            if (id is { Value: var name } && !places.TryAdd(name, named.Position))
            {
                named.Refuse($"assertion '{name}' stands in this rule twice, first at {places[name]}");
            }

            if (id is not null && expression is not null)
            {
                assertions.Add(new(id.Value.Value, expression, window, mapping.Position));
            }
        }

        return assertions.ToImmutable();
    }

    /// <summary>The budget, which stands beside assertions and nowhere else.</summary>
    internal static Allowance? ReadBudget(DocumentMapping rule, DocumentValue assertions)
    {
        var budget = assertions.IsPresent ? rule.Required("assertion_budget") : rule.Optional("assertion_budget");
        if (budget.IsPresent && !assertions.IsPresent)
        {
            budget.Refuse("there is nothing to budget: the rule has no 'assertions'");
        }

        return AllowanceReader.Read(budget, "evaluations", LargestBudget);
    }

    private static TimeSpan? ReadWindow(DocumentValue value, Dataset? dataset)
    {
        var window = value.Duration(TimeSpan.FromDays(1), TimeSpan.FromDays(LongestWindow));
        if (window is { } length && length.Ticks % TimeSpan.TicksPerDay != 0)
        {
            value.Refuse("a window is whole days, such as 365d");
        }

        if (value.IsPresent && dataset is { TimePath: null })
        {
            value.Refuse($"the records of '{dataset.Id}' name no time, so there is no window");
        }

        return window;
    }
}
