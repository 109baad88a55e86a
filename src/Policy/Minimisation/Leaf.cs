using Google.Protobuf.Reflection;

namespace Exchange.Policy.Minimisation;

/// <summary>A leaf path of a dataset's record: the smallest thing that a request, a rule or a consent can name.</summary>
/// <param name="Number">Its place in <see cref="RecordShape.Leaves"/> and its bit in a <see cref="FieldSet"/>.</param>
/// <param name="Path">Field names joined by dots, across repeated fields and maps: <c>items.total</c>.</param>
/// <param name="Field">The field that the path ends in.</param>
public sealed record Leaf(int Number, string Path, FieldDescriptor Field)
{
    /// <summary>Whether a record has at most one value of it.</summary>
    internal bool IsAlone { get; init; }
}
