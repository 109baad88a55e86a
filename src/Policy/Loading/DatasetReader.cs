using System.Collections.Immutable;
using Exchange.Annotations.V1;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;
using Google.Protobuf.Reflection;
using Annotation = Exchange.Annotations.V1.Dataset;
using DataCategory = Exchange.Policy.Model.DataCategory;
using Dataset = Exchange.Policy.Model.Dataset;

namespace Exchange.Policy.Loading;

/// <summary>Reads one descriptor set into a dataset and collects every reason why it is none.</summary>
internal sealed class DatasetReader(DatasetId id, byte[] bytes, List<string> mistakes)
{
    private const string PackagePrefix = "exchange.datasets.";

    /// <summary>The dataset; to be used only if no mistake was found.</summary>
    internal Dataset? Read()
    {
        if (DescriptorSet.Read(bytes, mistakes) is not { } files || FindRecord(files) is not { } record)
        {
            return null;
        }

        var annotation = record.GetOptions().GetExtension(AnnotationsExtensions.Dataset);
        var (subjectPath, timePath, orderingPath) = (Named(annotation.SubjectField), Named(annotation.TimeField), Named(annotation.OrderingField));
        if (!RecordShape.TryCompile(record, subjectPath, timePath, ConstraintOf, out var shape, out var problems))
        {
            mistakes.AddRange(problems.Select(problem => problem.TrimEnd('.')));
            return null;
        }

        if (annotation.Title.Length == 0)
        {
            mistakes.Add($"{record.Name} has no title in its dataset option");
        }

        CheckLeaf(shape, "ordering_field", orderingPath);
        var statistics = new StatisticsLayoutReader(annotation, shape, mistakes).Read();
        return new()
        {
            Id = id,
            DescriptorDigest = Digest.Of(bytes),
            DescriptorSet = bytes,
            Record = record,
            Shape = shape,
            Title = annotation.Title,
            SubjectScheme = SchemeOf(annotation),
            SubjectPath = subjectPath,
            TimePath = timePath,
            OrderingPath = orderingPath,
            Statistics = statistics,
            Categories = [.. shape.Leaves.Select(CategoryOf)],
            SubjectField = shape.SubjectLeaf < 0 ? FieldSet.Empty : FieldSet.Of(shape.SubjectLeaf),
        };
    }

    private MessageDescriptor? FindRecord(IReadOnlyList<FileDescriptor> files)
    {
        var records = files.SelectMany(file => file.MessageTypes).SelectMany(WithNested)
            .Where(message => message.GetOptions()?.HasExtension(AnnotationsExtensions.Dataset) == true).ToList();
        if (records is not [var record])
        {
            mistakes.Add(records.Count == 0
                ? "no message has the option (exchange.annotations.v1.dataset)"
                : $"only one message may have the option (exchange.annotations.v1.dataset), not {string.Join(" and ", records.Select(message => message.Name))}");
            return null;
        }

        if (record.File.Package != PackagePrefix + id)
        {
            mistakes.Add($"the file's name asks for package {PackagePrefix}{id}, {record.Name} is in package {record.File.Package}");
        }

        return record;
    }

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) => message.NestedTypes.SelectMany(WithNested).Prepend(message);

    private DataCategory CategoryOf(Leaf leaf)
    {
        // The options of a bare field are null.
        var category = (DataCategory)(leaf.Field.GetOptions()?.GetExtension(AnnotationsExtensions.Category) ?? default);
        if (!Enum.IsDefined(category))
        {
            mistakes.Add(category == default
                ? $"{leaf.Path} has no category; add [(exchange.annotations.v1.category) = ...]"
                : $"{leaf.Path} has category {(int)category}, which this node does not know");
        }

        return category;
    }

    private SubjectScheme? SchemeOf(Annotation annotation)
    {
        var (field, scheme) = (Named(annotation.SubjectField), Named(annotation.SubjectScheme));
        if (field is null != scheme is null)
        {
            mistakes.Add("subject_field and subject_scheme belong together; one of them is missing");
        }
        else if (SubjectScheme.TryParse(scheme, out var parsed))
        {
            return parsed;
        }
        else if (scheme is not null)
        {
            mistakes.Add($"subject_scheme '{scheme}' is not a name such as 'customer' or 'inn'");
        }

        return null;
    }

    private void CheckLeaf(RecordShape shape, string option, string? path)
    {
        if (path is not null && !(shape.TryResolve(path, out var leaves) && leaves.Count == 1))
        {
            mistakes.Add($"{option} '{path}' is no leaf field of the record");
        }
    }

    private static Minimisation.FieldConstraint? ConstraintOf(FieldDescriptor field) => field.GetOptions()?.GetExtension(AnnotationsExtensions.Constraint) is { } constraint
        ? new Minimisation.FieldConstraint
        {
            Required = constraint.Required,
            Pattern = constraint.Pattern,
            Minimum = constraint.HasMinimum ? constraint.Minimum : null,
            Maximum = constraint.HasMaximum ? constraint.Maximum : null,
            MaximumLength = constraint.MaximumLength,
        }
        : null;

    private static string? Named(string path) => path.Length == 0 ? null : path;
}
