using System.Collections.Immutable;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>
/// The leaf paths that consents cover, frozen when they were given: a field added to the dataset later is not covered. Many consents share one of these, and with it the
/// bits that the paths are in the dataset in force.
/// </summary>
internal sealed class ConsentedFields(ImmutableArray<string> paths)
{
    private volatile Mapping? _mapping;

    internal ImmutableArray<string> Paths => paths;

    /// <summary>What both cover.</summary>
    internal ConsentedFields And(ConsentedFields other) => new([.. paths.Intersect(other.Paths)]);

    /// <summary>The leaves of a dataset. Mapped once a descriptor; a path that the dataset has no more covers nothing.</summary>
    internal FieldSet In(Dataset dataset)
    {
        var mapping = _mapping;
        if (mapping is null || mapping.Descriptor != dataset.DescriptorDigest)
        {
            var set = FieldSet.Empty;
            foreach (var path in paths)
            {
                // A leaf that became a parent would bring its new children along; they were not consented to.
                if (dataset.Shape.TryResolve(path, out var leaves) && leaves.Count == 1)
                {
                    set |= leaves;
                }
            }

            _mapping = mapping = new Mapping(dataset.DescriptorDigest, set);
        }

        return mapping.Set;
    }

    private sealed record Mapping(Digest Descriptor, FieldSet Set);
}
