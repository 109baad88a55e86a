using System.Collections.Frozen;
using System.Collections.Immutable;
using Exchange.Documents;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;

namespace Exchange.Policy.Loading;

/// <summary>Reads a rule's fields, path by path, and decides for each leaf which line speaks: the most specific path.</summary>
internal static class FieldRulingReader
{
    private static readonly FrozenDictionary<string, FieldAction> Actions =
        new FieldAction[] { new FieldAction.Keep(), new FieldAction.Drop() }.ToFrozenDictionary(action => action.Name);

    /// <summary>The ruling of each leaf in the shape's order; null where no line names it. Empty when the dataset is unknown.</summary>
    internal static ImmutableArray<FieldRuling?> Read(DocumentValue fields, Dataset? dataset)
    {
        using var mapping = fields.Mapping();
        var rulings = new FieldRuling?[dataset?.Shape.Leaves.Length ?? 0];
        foreach (var (path, key, value) in mapping.Entries)
        {
            var action = ReadAction(value);
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

        return [.. rulings];
    }

    private static FieldAction? ReadAction(DocumentValue value)
    {
        if (value.Text("an action (keep, drop)") is not { } name)
        {
            return null;
        }

        if (Actions.TryGetValue(name, out var action))
        {
            return action;
        }

        value.Refuse($"unknown action '{name}', expected {string.Join(" or ", Actions.Keys.Order(StringComparer.Ordinal))}", NearestName.Of(name, Actions.Keys));
        return null;
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
