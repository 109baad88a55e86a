using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Evaluation.Differences;

/// <summary>
/// What happens otherwise to the fields of a record. Fields are told by path, since the numbers of leaves may move between two snapshots. Where
/// everything below a parent changed alike, the parent stands for it.
/// </summary>
internal sealed class FieldDifferences
{
    private static readonly FieldAction Drop = new FieldAction.Drop();

    private readonly Dictionary<string, Treatment> _before;
    private readonly Dictionary<string, Treatment> _after;

    private FieldDifferences(Rule? before, Rule? after) => (_before, _after) = (Released(before), Released(after));

    internal static IEnumerable<PolicyChange> Between(Rule? before, Rule? after)
    {
        if (before is not null && after is not null && before.Plan.Shape == after.Plan.Shape && before.Plan.Actions.SequenceEqual(after.Plan.Actions))
        {
            return [];
        }

        var differences = new FieldDifferences(before, after);
        var told = new HashSet<string>(StringComparer.Ordinal);
        return new[] { after, before }.OfType<Rule>().SelectMany(rule => differences.Of(rule.Plan.Shape, told)).ToList();
    }

    private IEnumerable<PolicyChange> Of(RecordShape shape, HashSet<string> told)
    {
        foreach (var leaf in shape.Leaves)
        {
            if (!told.Contains(leaf.Path) && ChangeAt(leaf.Path) is { Direction: not ChangeDirection.None } change)
            {
                var (path, covered) = Widest(shape, leaf.Path, change);
                told.UnionWith(shape.Paths(covered));
                yield return change with { Name = path };
            }
        }
    }

    /// <summary>The shortest path to the leaf below which everything changed as the leaf did.</summary>
    private (string Path, FieldSet Leaves) Widest(RecordShape shape, string leaf, PolicyChange change)
    {
        for (var dot = leaf.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = leaf.IndexOf('.', dot + 1))
        {
            var parent = leaf[..dot];
            if (shape.TryResolve(parent, out var leaves) && shape.Paths(leaves).All(path => ChangeAt(path) == change))
            {
                return (parent, leaves);
            }
        }

        shape.TryResolve(leaf, out var alone);
        return (leaf, alone);
    }

    /// <summary>The change of a leaf, without its name.</summary>
    private PolicyChange ChangeAt(string path)
    {
        var before = _before.GetValueOrDefault(path);
        var after = _after.GetValueOrDefault(path);
        var direction = ActionOrder.Compare(before.Action ?? Drop, after.Action ?? Drop);
        var (was, now) = (before.Action?.ToString(), after.Action?.ToString());
        if (before.Action is null || after.Action is null || (before.Type == after.Type && before.Place == after.Place))
        {
            return new(direction, PolicyChangeKind.Field, string.Empty, was, now);
        }

        // Another type under the same name is another field; so is another number, by which the provider's bytes are read.
        return before.Type == after.Type
            ? new(ChangeDirection.Both, PolicyChangeKind.Field, string.Empty, $"{was} (field {before.Place})", $"{now} (field {after.Place})")
            : new(ChangeDirection.Both, PolicyChangeKind.Field, string.Empty, $"{was} ({before.Type})", $"{now} ({after.Type})");
    }

    private static Dictionary<string, Treatment> Released(Rule? rule)
    {
        var released = new Dictionary<string, Treatment>(StringComparer.Ordinal);
        foreach (var leaf in rule?.Plan.Shape.Leaves ?? [])
        {
            if (rule!.Plan.Actions[leaf.Number] is { Releases: true } action)
            {
                released.Add(leaf.Path, new(action, TypeOf(leaf.Field), PlaceOf(rule.Plan.Shape, leaf)));
            }
        }

        return released;
    }

    private static string TypeOf(FieldDescriptor field)
    {
        if (field.IsMap)
        {
            return $"map<{TypeOf(field.MessageType.FindFieldByNumber(1))}, {TypeOf(field.MessageType.FindFieldByNumber(2))}>";
        }

        var type = field.FieldType switch
        {
            FieldType.Message => field.MessageType.FullName,
            FieldType.Enum => field.EnumType.FullName,
            var scalar => scalar.ToString().ToLowerInvariant(),
        };
        return field.IsRepeated ? $"repeated {type}" : type;
    }

    /// <summary>The numbers of the fields along a leaf's path, and which of them are repeated: <c>3[].1</c>.</summary>
    private static string PlaceOf(RecordShape shape, Leaf leaf)
    {
        var steps = new List<string>();
        for (var message = shape.Root; message is not null;)
        {
            FieldPlan? field = null;
            for (var index = 0; field is null && index < message.Plain.Length; index++)
            {
                field = message[index].Leaves.Contains(leaf.Number) ? message[index] : null;
            }

            steps.Add(field is null ? string.Empty : $"{field.Number}{(field.IsRepeated || field.Kind == FieldKind.Map ? "[]" : string.Empty)}");
            message = field?.Kind switch { FieldKind.Message => field.Message, FieldKind.Map => field.Message![1].Message, _ => null };
        }

        return string.Join('.', steps.Where(step => step.Length > 0));
    }

    private readonly record struct Treatment(FieldAction? Action, string Type, string Place);
}
