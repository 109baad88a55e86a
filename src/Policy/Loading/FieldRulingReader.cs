using System.Collections.Immutable;
using Exchange.Documents;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;

namespace Exchange.Policy.Loading;

/// <summary>Reads a rule's fields, path by path, and decides for each leaf which line speaks: the most specific path.</summary>
internal static class FieldRulingReader
{
    /// <summary>The ruling of each leaf in the shape's order; null where no line names it, or where it does not fit. Empty when the dataset is unknown.</summary>
    internal static ImmutableArray<FieldRuling?> Read(DocumentValue fields, Dataset? dataset)
    {
        using var mapping = fields.Mapping();
        var rulings = new FieldRuling?[dataset?.Shape.Leaves.Length ?? 0];
        foreach (var (path, key, value) in mapping.Entries)
        {
            var action = FieldActionReader.Read(value);
            if (dataset is null || !TryResolve(dataset, path, key, out var leaves) || action is null)
            {
                continue;
            }

            var ruling = new FieldRuling(path, action, key.Position);
            for (var leaf = 0; leaf < rulings.Length; leaf++)
            {
                // Of two paths to one leaf the longer lies within the shorter.
                if (leaves.Contains(leaf) && path.Length > (rulings[leaf]?.Path.Length ?? 0))
                {
                    rulings[leaf] = ruling;
                }
            }
        }

        if (dataset is not null)
        {
            DropMisfits(rulings, mapping, dataset.Shape);
        }

        return [.. rulings];
    }

    /// <summary>
    /// Refuses each line whose action does not fit a leaf for which it speaks; where a longer path speaks, nothing has to fit. The first leaf
    /// of a line stands for all: it is the line that has to be mended.
    /// </summary>
    private static void DropMisfits(FieldRuling?[] rulings, DocumentMapping fields, RecordShape shape)
    {
        var refused = new HashSet<string>(StringComparer.Ordinal);
        foreach (var leaf in shape.Leaves)
        {
            if (rulings[leaf.Number] is not { } ruling || ruling.Action.Fits(leaf, out var misfit))
            {
                continue;
            }

            rulings[leaf.Number] = null;
            if (refused.Add(ruling.Path))
            {
                fields.Entries.First(entry => entry.Name == ruling.Path).Value.Refuse(misfit!);
            }
        }
    }

    private static bool TryResolve(Dataset dataset, string path, DocumentValue key, out FieldSet leaves)
    {
        if (dataset.Shape.TryResolve(path, out leaves))
        {
            return true;
        }

        key.Refuse($"unknown field '{path}' of dataset '{dataset.Id}'", dataset.NearestPath(path));
        return false;
    }
}
