using System.Collections.Immutable;
using Exchange.Documents;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Model;

/// <summary>A kind of record that may be exchanged, read from its descriptor set.</summary>
public sealed class Dataset
{
    /// <summary>Folder and version, for instance <c>purchases.v1</c>.</summary>
    public required DatasetId Id { get; init; }

    /// <summary>SHA-256 of <see cref="DescriptorSet"/>.</summary>
    public required Digest DescriptorDigest { get; init; }

    /// <summary>The file as it was read, kept by digest so that an entry's bit sets can be understood years later.</summary>
    public required ReadOnlyMemory<byte> DescriptorSet { get; init; }

    /// <summary>The record's leaf paths, numbered once.</summary>
    public required RecordShape Shape { get; init; }

    /// <summary>The record's message.</summary>
    public required MessageDescriptor Record { get; init; }

    /// <summary>What people call it.</summary>
    public required string Title { get; init; }

    /// <summary>The scheme of the identifier in <see cref="SubjectPath"/>; null when the records are about nobody.</summary>
    public SubjectScheme? SubjectScheme { get; init; }

    /// <summary>The field that names the subject; null when the records are about nobody.</summary>
    public string? SubjectPath { get; init; }

    /// <summary>The field that says when it happened.</summary>
    public string? TimePath { get; init; }

    /// <summary>The field by which a provider orders its pages, ascending.</summary>
    public string? OrderingPath { get; init; }

    /// <summary>How aggregates are laid out; null when the records are none.</summary>
    public StatisticsLayout? Statistics { get; init; }

    /// <summary>The category of each leaf, in the shape's order.</summary>
    public required ImmutableArray<DataCategory> Categories { get; init; }

    /// <summary>The subject field as a set: one leaf, or none.</summary>
    public FieldSet SubjectField { get; init; }

    /// <summary>The path, of a leaf or a parent, that somebody meant; null when none is near.</summary>
    public string? NearestPath(string path) => NearestName.Of(path, Shape.Leaves.SelectMany(leaf => WithParents(leaf.Path)).Distinct(StringComparer.Ordinal));

    private static IEnumerable<string> WithParents(string path)
    {
        for (var dot = path.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = path.IndexOf('.', dot + 1))
        {
            yield return path[..dot];
        }

        yield return path;
    }
}
