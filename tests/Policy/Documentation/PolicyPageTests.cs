using System.Text.RegularExpressions;
using Exchange.Documents;
using Exchange.Policy.Evaluation.Expectations;
using Exchange.Policy.Loading;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;

namespace Exchange.Policy.Tests.Documentation;

/// <summary>docs/policy.md says what is so: its examples load, its expectations are met, its matrix is the one that is checked.</summary>
public sealed partial class PolicyPageTests : IDisposable
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Exchange.Tests.Prerequisites.Repository, "docs", "policy.md"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("page-");
    private readonly List<Diagnostic> _diagnostics = [];

    public PolicyPageTests()
    {
        foreach (Match example in Example().Matches(Page))
        {
            var file = new FileInfo(Path.Combine(_folder.FullName, example.Groups[1].Value));
            file.Directory!.Create();
            File.WriteAllText(file.FullName, example.Groups[2].Value);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_example_has_a_file_name_and_all_are_one_sound_policy()
    {
        Example().Count(Page).ShouldBe(Page.Split("```yaml").Length - 1);

        Policy().Rules.Select(rule => rule.Id).ShouldBe(["benefit-eligibility", "demand-by-region", "form-prefill-purchases", "offers-by-profile", "tax-deduction-purchases"]);
    }

    [Fact]
    public void The_expectations_are_met()
    {
        var expectations = ExpectationLoader.Load(Path.Combine(_folder.FullName, "expectations.yaml"), SomePolicy.Datasets, SomePolicy.Members, _diagnostics)
            .ShouldNotBeNull(string.Join('\n', _diagnostics));

        expectations.Length.ShouldBe(4);
        var policy = Policy();
        expectations.SelectMany(expectation => ExpectationCheck.Run(policy, expectation).Mismatches).ShouldBeEmpty();
    }

    /// <summary>Each row of the matrix, against a field of each type in it: alone, and in a list where a list can be.</summary>
    [Fact]
    public void The_matrix_of_actions_is_the_one_that_is_checked()
    {
        Dictionary<string, FieldAction> actions = new()
        {
            ["keep"] = new FieldAction.Keep(),
            ["drop"] = new FieldAction.Drop(),
            ["mask"] = new FieldAction.Mask(1, FromEnd: false),
            ["truncate"] = new FieldAction.Truncate(1),
            ["generalise to a unit of time"] = new FieldAction.GeneraliseTime(CalendarUnit.Day),
            ["generalise to a step"] = new FieldAction.GeneraliseNumber(2),
            ["generalise to a prefix"] = new FieldAction.GeneraliseCode(1),
            ["pseudonymise"] = new FieldAction.Pseudonymise(),
        };
        var rows = Row().Matches(Page[Page.IndexOf("| type | actions |", StringComparison.Ordinal)..Page.IndexOf("Whose record it is", StringComparison.Ordinal)])
            .Select(row => (Types: row.Groups[1].Value.Split(", "), Actions: row.Groups[2].Value.Split(", "))).ToList();
        rows.SelectMany(row => row.Types).Count().ShouldBe(27);

        foreach (var (types, fitting) in rows)
        {
            var fields = types.Select((type, index) => (Type: type == "enum" ? "E" : type, Number: (2 * index) + 1))
                .Select(field => $"{field.Type} f{field.Number} = {field.Number} [category = TAX]; repeated {field.Type} r{field.Number} = {field.Number + 1} [category = TAX];");
            var dataset = SomePolicy.LoadSmall(
                "a.v1",
                $$"""
                import "google/protobuf/duration.proto"; import "google/protobuf/wrappers.proto";
                enum E { NONE = 0; } message A { option dataset = {title: "A"}; {{string.Join(' ', fields)}} }
                """);
            foreach (var leaf in dataset.Shape.Leaves)
            {
                actions.Where(action => action.Value.Fits(leaf, out _)).Select(action => action.Key).ShouldBe(fitting, ignoreOrder: true, $"{leaf.Path} of {string.Join(", ", types)}");
            }
        }
    }

    private PolicySnapshot Policy() => PolicyLoader.Load(Path.Combine(_folder.FullName, "policy"), SomePolicy.Datasets, SomePolicy.Members, _diagnostics)
        .ShouldNotBeNull(string.Join('\n', _diagnostics));

    [GeneratedRegex("```yaml\n# (\\S+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^\| (?!type|-)(.+?) \| (keep.+?) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
