using System.Collections.Immutable;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Policy.Suppression;
using Exchange.Vocabulary;

namespace Exchange.Node.Statistics;

/// <summary>
/// What was decided once about a partition: the cells that survived suppression, and no trace of the others. Whatever is released of the
/// partition, to whomever and whenever, is made of these bytes alone; so two releases together tell no more than they do.
/// </summary>
/// <param name="Partition">What it covers.</param>
/// <param name="Descriptor">The descriptor set by which the cells were read.</param>
/// <param name="MinimumContributors">k, as it stood in the policy then.</param>
/// <param name="Fields">The leaf paths that the cells were minimised to.</param>
/// <param name="Cells">Records in canonical serialisation, in the provider's order.</param>
internal sealed record FrozenTable(
    Partition Partition, Digest Descriptor, int MinimumContributors, ImmutableArray<string> Fields, ImmutableArray<ReadOnlyMemory<byte>> Cells)
{
    /// <summary>The leaves of a set that the cells do not have: a rule came to permit them after the table was frozen.</summary>
    internal FieldSet Missing(RecordShape shape, FieldSet leaves)
    {
        foreach (var path in Fields)
        {
            leaves = shape.TryResolve(path, out var frozen) ? leaves.Except(frozen) : leaves;
        }

        return leaves;
    }

    /// <summary>
    /// The cells under a limit; null if they cannot be told. The same limit or a lower one leaves them as they are: what is frozen is
    /// never widened. A higher one suppresses again, among these cells: which of them stay depends on them and the limit alone, so all
    /// askers still get the same, and nothing that was not released before.
    /// </summary>
    internal ImmutableArray<ReadOnlyMemory<byte>>? Under(int minimumContributors, Dataset dataset)
    {
        if (minimumContributors <= MinimumContributors)
        {
            return Cells;
        }

        // Under another descriptor the cells' dimensions may be others, and the equations between them too.
        if (dataset.Statistics is null || dataset.DescriptorDigest != Descriptor)
        {
            return null;
        }

        var reader = new CellReader(dataset.Shape, dataset.Statistics);
        var cells = new List<Cell>(Cells.Length);
        foreach (var record in Cells)
        {
            if (!reader.TryRead(record.Span, out var cell))
            {
                return null;
            }

            cells.Add(cell);
        }

        // Those that went before count as zero here. That takes them for known, so it hides rather more than it must.
        var hidden = TableSuppression.Suppress(cells, minimumContributors);
        return [.. Cells.Where((_, place) => !hidden[place])];
    }
}
