using System.Buffers;
using System.Collections.Immutable;
using Exchange.Node.Providers;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Policy.Suppression;
using Exchange.Vocabulary;

namespace Exchange.Node.Statistics;

/// <summary>Takes the cells of a provider's answer in, page after page; then suppresses, and what is left is the table to be frozen.</summary>
internal sealed class TableReading
{
    private readonly Partition _partition;
    private readonly Dataset _dataset;
    private readonly int _minimumContributors;
    private readonly ReleasePlan _plan;
    private readonly CellReader _reader;
    private readonly List<Cell> _cells = [];
    private readonly List<ReadOnlyMemory<byte>> _records = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>A reading of one partition.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="dataset">How its cells are laid out.</param>
    /// <param name="policy">Its rules say which fields anybody may have, and what k is.</param>
    /// <param name="minimumContributors">k, the same in all rules over the partition.</param>
    internal TableReading(in Partition partition, Dataset dataset, PolicySnapshot policy, int minimumContributors)
    {
        _partition = partition;
        _dataset = dataset;
        _minimumContributors = minimumContributors;
        _reader = new(dataset.Shape, dataset.Statistics!);
        Leaves = _reader.Leaves | FieldSet.Of(dataset.Shape.TimeLeaf);
        foreach (var rule in policy.Rules)
        {
            if (rule.Basis == LegalBasis.Statistics && rule.Provider == partition.Provider && rule.Dataset == partition.Dataset)
            {
                Leaves |= rule.Permitted;
            }
        }

        var leaves = Leaves;
        _plan = ReleasePlan.Compile(dataset.Shape, dataset.Shape.Leaves.Select(leaf => leaves.Contains(leaf.Number) ? new FieldAction.Keep() : (FieldAction?)null));
    }

    /// <summary>What the provider is asked for: what tells cells apart, what counts the people, and what any rule over the partition permits.</summary>
    internal FieldSet Leaves { get; }

    /// <summary>Takes the records of a page in, up to the first that may not be.</summary>
    /// <returns>What became of the last one. A record that is sound in itself, and names a cell a second time or no number of people, is invalid without a breach.</returns>
    internal MinimisationOutcome Take(ProviderAnswer page)
    {
        var guard = new RecordGuard { Start = _partition.Start.Microseconds, End = _partition.End.Microseconds };
        foreach (var record in page.Records())
        {
            var outcome = Take(record, guard);
            if (outcome.Verdict != MinimisationVerdict.Released)
            {
                return outcome;
            }
        }

        return new(MinimisationVerdict.Released, 0);
    }

    /// <summary>Suppresses. Nothing of a suppressed cell is in the table, not even that there was one.</summary>
    internal FrozenTable Freeze()
    {
        var hidden = TableSuppression.Suppress(_cells, _minimumContributors);
        return new(
            _partition,
            _dataset.DescriptorDigest,
            _minimumContributors,
            [.. _dataset.Shape.Paths(Leaves)],
            [.. _records.Where((_, place) => !hidden[place])]);
    }

    private MinimisationOutcome Take(ReadOnlySpan<byte> record, in RecordGuard guard)
    {
        var maximum = _plan.MaximumOutput(record.Length);
        var room = ArrayPool<byte>.Shared.Rent(Math.Max(maximum, 1));
        try
        {
            var outcome = Minimiser.Minimise(_plan, Leaves, pseudonyms: null, record, guard, room);
            if (outcome.Verdict == MinimisationVerdict.Released)
            {
                var written = room.AsSpan(0, outcome.Length);
                if (!_reader.TryRead(written, out var cell) || !_names.Add(NameOf(cell)))
                {
                    return new(MinimisationVerdict.Invalid, 0);
                }

                _cells.Add(cell);
                _records.Add(written.ToArray());
            }

            return outcome;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room, clearArray: true);
        }
    }

    /// <summary>Lengths stand before the values, so that no two tuples have one name.</summary>
    private static string NameOf(in Cell cell) => string.Concat(cell.Dimensions.Select(value => $"{value.Length}:{value}"));
}
