using System.Text;
using Exchange.Policy.Evaluation;
using Exchange.Policy.Loading;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Policy.Tests.Minimisation;
using Exchange.Vocabulary;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Evaluation;

/// <summary>
/// I1 over the whole path, on bytes: a random dataset, a rule in YAML with random actions, a random request and consent go through loading,
/// decision and minimiser. Every leaf in what comes out was asked, is permitted and was consented to, and the bytes are the oracle's. What each
/// line of the rule means is worked out here anew, from paths as text.
/// </summary>
public sealed class ReleasedBytesTests : IDisposable
{
    private const int Schemas = 60;
    private const int CasesPerSchema = 50;

    private static readonly byte[] Key = [.. Enumerable.Range(1, PseudonymKey.Size).Select(part => (byte)part)];

    private readonly string _file = Path.GetTempFileName();
    private readonly PseudonymKey _pseudonyms = new(Key);
    private (int Released, int Changed, int Refused, int WrongSubject, int Foreign) _tally;

    public void Dispose()
    {
        _pseudonyms.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public void Every_leaf_in_the_bytes_was_asked_permitted_and_consented_to()
    {
        var random = new Random(20261122);
        for (var schema = 0; schema < Schemas; schema++)
        {
            var dataset = MakeDataset(random);
            var lines = MakeLines(random, dataset);
            var policy = Load(dataset, lines);
            for (var number = 0; number < CasesPerSchema; number++)
            {
                Check(random, dataset, lines, policy);
            }
        }

        _tally.Released.ShouldBeGreaterThan(500);
        _tally.Changed.ShouldBeGreaterThan(100);
        _tally.Refused.ShouldBeGreaterThan(50);
        _tally.WrongSubject.ShouldBeGreaterThan(50);
        _tally.Foreign.ShouldBeGreaterThan(20);
    }

    private void Check(Random random, Dataset dataset, Dictionary<string, string> lines, PolicySnapshot policy)
    {
        var leaves = dataset.Shape.Leaves.Select(leaf => leaf.Path).ToList();
        var actions = leaves.ToDictionary(leaf => leaf, leaf => Ruling(lines, leaf));
        var asked = Some(random, leaves);
        var hasConsent = dataset.SubjectPath is not null;
        var consented = hasConsent ? Some(random, leaves) : [.. leaves];
        var scheme = random.Next(2) == 0 ? SomePolicy.Customer : SomePolicy.Inn;

        var decision = PolicyDecision.Decide(policy, dataset, SomePolicy.Tax, SomePolicy.Market, SomePolicy.TaxDeduction, Set(dataset, asked), strict: false);
        var release = hasConsent ? decision.WithConsent(Set(dataset, consented), scheme) : decision.WithoutConsent(scheme: null);

        var expected = leaves.Where(leaf => asked.Contains(leaf) && actions[leaf] != "drop" && consented.Contains(leaf)).ToHashSet();
        _tally.Foreign += scheme == SomePolicy.Inn && dataset.SubjectPath is { } foreign && expected.Remove(foreign) ? 1 : 0;
        release.Released.ShouldBe(Set(dataset, expected));
        if (release.Outcome != ErrorCode.None)
        {
            expected.ShouldBeEmpty();
            _tally.Refused++;
            return;
        }

        var record = new RandomRecord(random, sins: false).Make(dataset.Record);
        var tree = TreeOracle.Parse(dataset.Record, record);
        var subject = dataset.SubjectPath is null ? string.Empty : tree[dataset.SubjectPath] as string;
        var isWrong = dataset.SubjectPath is not null && (string.IsNullOrEmpty(subject) || random.Next(8) == 0);
        var output = new byte[decision.Rule!.Plan.MaximumOutput(record.Length)];
        var guard = new RecordGuard { Subject = Encoding.UTF8.GetBytes(isWrong ? "somebody else" : subject!) };
        var outcome = Minimiser.Minimise(decision.Rule.Plan, release.Released, _pseudonyms, record, guard, output);
        if (isWrong)
        {
            (outcome.Verdict, outcome.Length, output.AsSpan().IndexOfAnyExcept((byte)0)).ShouldBe((MinimisationVerdict.WrongSubject, 0, -1));
            _tally.WrongSubject++;
            return;
        }

        outcome.Verdict.ShouldBe(MinimisationVerdict.Released);
        var bytes = output[..outcome.Length];
        foreach (var leaf in LeavesOf(TreeOracle.Parse(dataset.Record, bytes), prefix: "", [.. leaves]))
        {
            (asked.Contains(leaf), actions[leaf] != "drop", consented.Contains(leaf)).ShouldBe((true, true, true), leaf);
        }

        var change = new TreeActions(actions, Key);
        TreeOracle.Redact(tree, prefix: "", TreeOracle.WithParents(expected), expected, change);
        Convert.ToHexString(bytes).ShouldBe(Convert.ToHexString(TreeOracle.Serialise(tree)));
        _tally.Released++;
        _tally.Changed += change.Changed > 0 ? 1 : 0;
    }

    private static Dataset MakeDataset(Random random)
    {
        while (true)
        {
            var record = RandomSchema.Make(random);
            var subject = record.Fields.InFieldNumberOrder()
                .FirstOrDefault(field => field is { FieldType: FieldType.String, IsRepeated: false, RealContainingOneof: null })?.Name;
            if (RecordShape.TryCompile(record, subject, timePath: null, out var shape, out _))
            {
                return new()
                {
                    Id = DatasetId.Parse("random.v1"),
                    DescriptorDigest = Digest.Zero,
                    DescriptorSet = ReadOnlyMemory<byte>.Empty,
                    Record = record,
                    Shape = shape,
                    Title = "Random",
                    SubjectPath = subject,
                    SubjectScheme = subject is null ? null : SomePolicy.Customer,
                    SubjectField = shape.SubjectLeaf < 0 ? FieldSet.Empty : FieldSet.Of(shape.SubjectLeaf),
                    Categories = [.. shape.Leaves.Select(_ => DataCategory.Technical)],
                };
            }
        }
    }

    /// <summary>A line for some leaves, with any action that fits, and for some parents, kept or dropped; in random order.</summary>
    private static Dictionary<string, string> MakeLines(Random random, Dataset dataset)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in dataset.Shape.Leaves.SelectMany(leaf => WithParents(leaf.Path)).Distinct().OrderBy(_ => random.Next()))
        {
            var isLeaf = dataset.Shape.Leaves.Any(leaf => leaf.Path == path);
            if (random.Next(isLeaf ? 3 : 2) > 0)
            {
                lines[path] = isLeaf ? RandomPlan.Action(random, dataset.Record, path) : random.Next(3) == 0 ? "drop" : "keep";
            }
        }

        return lines;
    }

    private PolicySnapshot Load(Dataset dataset, Dictionary<string, string> lines)
    {
        var basis = dataset.SubjectPath is null ? "contract\n    reference: Contract 7" : "consent";
        File.WriteAllText(_file, $$"""
            purposes: [{id: tax-deduction, title: Evidence}]
            rules:
              - id: random
                consumer: spiffe://exchange.test/gov/tax
                provider: spiffe://exchange.test/market/sample
                dataset: random.v1
                purpose: tax-deduction
                basis: {{basis}}
                fields: { {{string.Join(", ", lines.Select(line => $"{line.Key}: {Yaml(line.Value)}"))}} }
            """);
        var diagnostics = new List<Exchange.Documents.Diagnostic>();
        return PolicyLoader.Load(_file, new([dataset]), SomePolicy.Members, diagnostics).ShouldNotBeNull(string.Join('\n', diagnostics));
    }

    private static string Yaml(string action) => action.Split(' ') switch
    {
        ["mask", var end, var count] => $"{{ mask: {{ {end}: {count} }} }}",
        ["begin", var unit] => $"{{ generalise: {unit} }}",
        ["truncate", var length] => $"{{ truncate: {length} }}",
        [var parameter, var number] => $"{{ generalise: {{ {parameter}: {number} }} }}",
        _ => action,
    };

    /// <summary>Of the lines at the leaf or above it the longest.</summary>
    private static string Ruling(Dictionary<string, string> lines, string leaf) =>
        WithParents(leaf).Reverse().Where(lines.ContainsKey).Select(path => lines[path]).FirstOrDefault("drop");

    private static IEnumerable<string> WithParents(string path)
    {
        var names = path.Split('.');
        return Enumerable.Range(1, names.Length).Select(count => string.Join('.', names[..count]));
    }

    private static IEnumerable<string> LeavesOf(MessageTree tree, string prefix, HashSet<string> leaves)
    {
        foreach (var (number, values) in tree.Fields)
        {
            var field = tree.Type.FindFieldByNumber(number);
            var path = prefix + field.Name;
            if (leaves.Contains(path))
            {
                yield return path;
                continue;
            }

            foreach (var value in values.Cast<MessageTree>().Select(value => field.IsMap ? (MessageTree?)value["value"] : value).OfType<MessageTree>())
            {
                foreach (var leaf in LeavesOf(value, path + ".", leaves))
                {
                    yield return leaf;
                }
            }
        }
    }

    private static HashSet<string> Some(Random random, List<string> leaves)
    {
        var density = random.Next(5) switch { 0 => 100, 1 => 10, _ => random.Next(30, 100) };
        return [.. leaves.Where(_ => random.Next(100) < density)];
    }

    private static FieldSet Set(Dataset dataset, IEnumerable<string> leaves) => SomePolicy.Fields(dataset, [.. leaves]);
}
