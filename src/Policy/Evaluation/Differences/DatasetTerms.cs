using Exchange.Annotations.V1;
using Exchange.Policy.Model;
using Google.Protobuf.Reflection;
using Dataset = Exchange.Policy.Model.Dataset;

namespace Exchange.Policy.Evaluation.Differences;

/// <summary>
/// What the options of a dataset say otherwise. A rule relies on them without naming them: the subject field decides whose records are
/// released, the time field of which period, the layout which cells are suppressed, a constraint which records are refused.
/// </summary>
internal static class DatasetTerms
{
    private const string Constraint = "constraint";

    /// <summary>What changed, in the order of the options' names; nothing where the dataset is the same, or stands on one side alone.</summary>
    internal static IEnumerable<PolicyChange> Between(Dataset? before, Dataset? after)
    {
        if (before is null || after is null || before.DescriptorDigest == after.DescriptorDigest)
        {
            return [];
        }

        var (was, now) = (Of(before), Of(after));
        return was.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Select(option => Change(option, was.GetValueOrDefault(option), now.GetValueOrDefault(option)))
            .Where(change => change.Before != change.After);
    }

    /// <summary>A constraint that came refuses more, one that went less. All else cannot be compared, so it is both.</summary>
    private static PolicyChange Change(string option, string? before, string? after)
    {
        var direction = !option.StartsWith(Constraint, StringComparison.Ordinal) ? ChangeDirection.Both
            : before is null ? ChangeDirection.Narrows
            : after is null ? ChangeDirection.Widens
            : ChangeDirection.Both;
        return new(direction, PolicyChangeKind.Dataset, option, before, after);
    }

    private static Dictionary<string, string> Of(Dataset dataset)
    {
        var terms = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(terms, "subject_field", dataset.SubjectPath);
        Add(terms, "subject_scheme", dataset.SubjectScheme?.Value);
        Add(terms, "time_field", dataset.TimePath);
        if (dataset.Statistics is { } layout)
        {
            Add(terms, "contributors_field", dataset.Shape.Leaves[layout.Contributors].Path);
            Add(terms, "dimension_fields", string.Join(", ", layout.Dimensions.Select(leaf => dataset.Shape.Leaves[leaf].Path)));
            Add(terms, "partition_period", layout.Period.ToString().ToLowerInvariant());
        }

        AddConstraints(terms, dataset.Record, string.Empty);
        return terms;
    }

    /// <summary>Of all fields, released or not: a record that breaks one is refused. Messages of a dataset are not recursive.</summary>
    private static void AddConstraints(Dictionary<string, string> terms, MessageDescriptor message, string above)
    {
        foreach (var field in message.Fields.InFieldNumberOrder())
        {
            Add(terms, $"{Constraint} of {above}{field.Name}", field.GetOptions()?.GetExtension(AnnotationsExtensions.Constraint)?.ToString());
            var inner = field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;
            if (inner.FieldType == FieldType.Message)
            {
                AddConstraints(terms, inner.MessageType, $"{above}{field.Name}.");
            }
        }
    }

    private static void Add(Dictionary<string, string> terms, string option, string? value)
    {
        if (value is not null)
        {
            terms.Add(option, value);
        }
    }
}
