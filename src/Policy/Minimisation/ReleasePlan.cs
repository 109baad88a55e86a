using System.Collections.Immutable;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// What one rule does with a dataset's leaves, compiled once when the policy is loaded: what may be released at all, how it is changed, and how
/// much a record can grow by that. Immutable, shared by all transfers under the rule.
/// </summary>
public sealed class ReleasePlan
{
    private ReleasePlan(RecordShape shape, ImmutableArray<FieldAction> actions)
    {
        Shape = shape;
        Actions = actions;
        Permitted = Where(actions, action => action.Releases);
        Kept = Where(actions, action => action is FieldAction.Keep);
        Pseudonymised = Where(actions, action => action is FieldAction.Pseudonymise);
        Growth = ReleaseGrowth.Of(shape, actions);
    }

    /// <summary>The dataset's record.</summary>
    public RecordShape Shape { get; }

    /// <summary>The leaves of which anything may be released.</summary>
    public FieldSet Permitted { get; }

    /// <summary>The leaves that take a consumer's <see cref="PseudonymKey"/>.</summary>
    public FieldSet Pseudonymised { get; }

    /// <summary>What happens to each leaf, in the shape's order.</summary>
    public ImmutableArray<FieldAction> Actions { get; }

    /// <summary>The leaves that are released as they are.</summary>
    internal FieldSet Kept { get; }

    internal ReleaseGrowth Growth { get; }

    /// <summary>Compiles a rule's actions.</summary>
    /// <param name="shape">The dataset's record.</param>
    /// <param name="actions">What happens to each leaf, in the shape's order; a null drops.</param>
    /// <exception cref="ArgumentException">There are more or fewer actions than leaves, or one does not fit its leaf (<see cref="FieldAction.Fits"/>).</exception>
    public static ReleasePlan Compile(RecordShape shape, IEnumerable<FieldAction?> actions)
    {
        ImmutableArray<FieldAction> all = [.. actions.Select(action => action ?? new FieldAction.Drop())];
        if (all.Length != shape.Leaves.Length)
        {
            throw new ArgumentException($"The record has {shape.Leaves.Length} leaves, not {all.Length}.", nameof(actions));
        }

        foreach (var leaf in shape.Leaves)
        {
            if (!all[leaf.Number].Fits(leaf, out var misfit))
            {
                throw new ArgumentException(misfit, nameof(actions));
            }
        }

        return new(shape, all);
    }

    /// <summary>The plan that keeps every leaf.</summary>
    public static ReleasePlan Keeping(RecordShape shape) => Compile(shape, shape.Leaves.Select(_ => new FieldAction.Keep()));

    /// <summary>The most bytes that minimising a record of this length can write, and may need while writing.</summary>
    /// <exception cref="OverflowException">The record is too long to be minimised at all.</exception>
    public int MaximumOutput(int inputLength) => Growth.MaximumOutput(inputLength);

    private static FieldSet Where(ImmutableArray<FieldAction> actions, Func<FieldAction, bool> isWanted)
    {
        var set = FieldSet.Empty;
        for (var leaf = 0; leaf < actions.Length; leaf++)
        {
            set = isWanted(actions[leaf]) ? set | FieldSet.Of(leaf) : set;
        }

        return set;
    }
}
