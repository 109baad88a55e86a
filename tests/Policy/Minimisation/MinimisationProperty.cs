using System.Text;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>
/// The property: for any message, set and record, the minimiser gives what the oracle gives. A case is made from the seed and its number alone.
/// </summary>
internal sealed class MinimisationProperty(IMinimiser minimiser, int seed)
{
    private const int CasesPerSchema = 100;
    private const int CasesPerPlan = 20;

    private readonly byte[] _key = [.. Enumerable.Range(seed & 0x7F, 32).Select(part => (byte)part)];

    private MessageDescriptor _record = null!;
    private string[] _paths = [];
    private string? _subjectPath;
    private string? _timePath;
    private string[] _actions = [];
    private Dictionary<string, TestConstraint> _constraints = [];

    /// <summary>How many well-formed records had each trait.</summary>
    public Dictionary<RecordTraits, int> Tally { get; } = Enum.GetValues<RecordTraits>().Where(trait => trait != RecordTraits.None).ToDictionary(trait => trait, _ => 0);

    /// <summary>How many records got each verdict.</summary>
    public Dictionary<string, int> Verdicts { get; } = [];

    /// <summary>How many released records had a value changed.</summary>
    public int Changed { get; private set; }

    /// <summary>Tries well-formed records, and as many spoilt ones; returns the first failure, or null.</summary>
    public string? FindFailure(int cases)
    {
        for (var number = 0; number < cases; number++)
        {
            if (number % CasesPerSchema == 0)
            {
                MakeSchema(new Random(HashCode(seed, number, salt: 1)));
            }

            if (number % CasesPerPlan == 0)
            {
                var draw = new Random(HashCode(seed, number, salt: 3));
                _actions = [.. _paths.Select(path => RandomPlan.Action(draw, _record, path))];
                minimiser.Plan(_actions, _key);
            }

            var random = new Random(HashCode(seed, number, salt: 2));
            var generator = new RandomRecord(random, sins: false);
            var sound = generator.Make(_record);
            foreach (var trait in Tally.Keys.Where(trait => generator.Traits.HasFlag(trait)))
            {
                Tally[trait]++;
            }

            var spoilt = random.Next(2) == 0 ? Spoil(random, sound) : new RandomRecord(random, sins: true).Make(_record);
            if ((Compare(random, sound) ?? Compare(random, spoilt)) is { } failure)
            {
                return $"EXCHANGE_PROPERTY_SEED={seed}, case {number}: {failure}";
            }
        }

        return null;
    }

    private void MakeSchema(Random random)
    {
        string[]? paths;
        do
        {
            _record = RandomSchema.Make(random);
            paths = minimiser.Compile(_record, subjectPath: null, timePath: null, _ => null);
        }
        while (paths is null);

        _paths = paths;
        _subjectPath = random.Next(2) == 0 ? Pick(random, Alone(_record, field => field.FieldType == FieldType.String)) : null;
        _timePath = random.Next(4) > 0 ? Pick(random, Alone(_record, field => field.FieldType == FieldType.Message && field.MessageType.FullName == "google.protobuf.Timestamp")) : null;
        var isConstrained = random.Next(2) == 0;
        _constraints = [];
        foreach (var field in _record.File.MessageTypes.SelectMany(type => type.Fields.InDeclarationOrder()))
        {
            if (isConstrained && RandomPlan.Constraint(random, field) is { } constraint)
            {
                _constraints[field.FullName] = constraint;
            }
        }

        minimiser.Compile(_record, _subjectPath, _timePath, ConstraintOf).ShouldNotBeNull();
    }

    private TestConstraint? ConstraintOf(FieldDescriptor field) => _constraints.GetValueOrDefault(field.FullName);

    /// <summary>Paths of the fields of a kind that a record has at most once.</summary>
    private static IEnumerable<string> Alone(MessageDescriptor type, Func<FieldDescriptor, bool> isWanted)
    {
        foreach (var field in type.Fields.InFieldNumberOrder().Where(field => !field.IsRepeated && field.RealContainingOneof is null))
        {
            if (isWanted(field))
            {
                yield return field.Name;
            }
            else if (field.FieldType == FieldType.Message && field.MessageType.File == type.File)
            {
                foreach (var path in Alone(field.MessageType, isWanted))
                {
                    yield return field.Name + "." + path;
                }
            }
        }
    }

    private static string? Pick(Random random, IEnumerable<string> paths) => paths.OrderBy(_ => random.Next()).FirstOrDefault();

    private string? Compare(Random random, byte[] bytes)
    {
        var (expected, tree) = ("Released", default(MessageTree));
        try
        {
            tree = TreeOracle.Parse(_record, bytes);
        }
        catch (MalformedException malformed)
        {
            expected = malformed.Message;
        }

        var (subject, start, end) = (Array.Empty<byte>(), 0L, 0L);
        if (_subjectPath is not null)
        {
            var actual = tree is null ? null : Follow(tree, _subjectPath) as string;
            subject = Encoding.UTF8.GetBytes(random.Next(8) == 0 || string.IsNullOrEmpty(actual) ? "somebody else" : actual);
            expected = tree is not null && actual != Encoding.UTF8.GetString(subject) ? "WrongSubject" : expected;
        }

        if (_timePath is not null)
        {
            var actual = tree is null ? null : Follow(tree, _timePath) as MessageTree;
            var time = actual is null ? 1 : Microseconds(actual);
            start = random.Next(3) == 0 ? 0 : time + random.Next(-3, 2);
            end = random.Next(3) == 0 ? 0 : time + random.Next(0, 4);
            var isOutside = (start != 0 && (actual is null || time < start)) || (end != 0 && (actual is null || time >= end));
            expected = expected == "Released" && isOutside ? "OutsidePeriod" : expected;
        }

        var constraints = new TreeConstraints(ConstraintOf);
        if (tree is not null)
        {
            constraints.Check(tree);
            expected = constraints.Breaches.Count > 0 ? "Invalid" : expected;
        }

        var density = random.Next(5) switch { 0 => 100, 1 => 0, _ => random.Next(100) };
        var released = _paths.Select(_ => random.Next(100) < density).ToArray();
        var (verdict, output, breach) = minimiser.Minimise(released, bytes, subject, start, end);
        Verdicts[verdict] = Verdicts.GetValueOrDefault(verdict) + 1;
        if (verdict != (tree is null ? "Malformed" : expected))
        {
            return Describe($"verdict {verdict}, expected: {expected}", bytes, released);
        }

        if (expected != "Released")
        {
            return breach is null || constraints.Breaches.Contains(breach) ? null : Describe($"breach {breach}, expected one of {string.Join(' ', constraints.Breaches)}", bytes, released);
        }

        var actions = new TreeActions(_paths.Zip(_actions).ToDictionary(pair => pair.First, pair => pair.Second), _key);
        var paths = _paths.Where((path, leaf) => released[leaf] && actions.Releases(path)).ToHashSet();
        TreeOracle.Redact(tree!, prefix: "", TreeOracle.WithParents(paths), paths, actions);
        Changed += actions.Changed > 0 ? 1 : 0;
        var right = TreeOracle.Serialise(tree!);
        return right.AsSpan().SequenceEqual(output) ? null : Describe($"wrote {Convert.ToHexString(output!)}, expected {Convert.ToHexString(right)}", bytes, released);
    }

    private string Describe(string what, byte[] bytes, bool[] released) =>
        $"{what}\nrecord {Convert.ToHexString(bytes)}\nreleased {string.Join(", ", _paths.Zip(_actions).Where((_, leaf) => released[leaf]).Select(pair => $"{pair.First}: {pair.Second}"))}\nof {_record.ToProto()}";

    private static object? Follow(MessageTree tree, string path)
    {
        var steps = path.Split('.');
        object? at = tree;
        foreach (var step in steps)
        {
            at = (at as MessageTree)?[step];
        }

        return at;
    }

    private static long Microseconds(MessageTree timestamp) =>
        ((long)(timestamp["seconds"] ?? 0L) * 1_000_000) + ((int)(timestamp["nanos"] ?? 0) / 1000);

    private static byte[] Spoil(Random random, byte[] sound)
    {
        var bytes = sound.ToArray();
        if (bytes.Length == 0 || random.Next(8) == 0)
        {
            return bytes[..random.Next(bytes.Length + 1)];
        }

        for (var flips = random.Next(1, 4); flips > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] = (byte)(random.Next(4) == 0 ? random.Next(256) : bytes[random.Next(bytes.Length)] ^ (1 << random.Next(8)));
        }

        return bytes;
    }

    // Not System.HashCode, which differs from run to run.
    private static int HashCode(int seed, int number, int salt) => unchecked((((seed * 31) + number) * 0x01000193) ^ (salt * 0x5bd1e995));
}
