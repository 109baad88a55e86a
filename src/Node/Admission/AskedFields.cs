using Exchange.Node.Refusals;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;

namespace Exchange.Node.Admission;

/// <summary>
/// Which fields a request names. A leaf is meant as it is; a parent means its permitted leaves, so it over-asks only when none of them
/// is permitted.
/// </summary>
internal readonly struct AskedFields
{
    /// <summary>Mistakes that are named one by one; the answer's details travel in trailers, which callers bound.</summary>
    private const int MaximumNamed = 8;

    private readonly List<FieldSet>? _parents;

    private AskedFields(FieldSet leaves, List<FieldSet>? parents)
    {
        Leaves = leaves;
        _parents = parents;
    }

    /// <summary>Named one by one.</summary>
    internal FieldSet Leaves { get; }

    internal bool IsEmpty => Leaves.IsEmpty && _parents is null;

    /// <summary>Everything named, parents with all their leaves.</summary>
    internal FieldSet All
    {
        get
        {
            var all = Leaves;
            foreach (var parent in _parents ?? [])
            {
                all |= parent;
            }

            return all;
        }
    }

    /// <summary>Reads paths; false when one names nothing, with a violation for each.</summary>
    internal static bool TryRead(IEnumerable<string> paths, Dataset dataset, out AskedFields asked, out IReadOnlyList<Violation> violations)
    {
        var leaves = FieldSet.Empty;
        List<FieldSet>? parents = null;
        List<Violation>? unknown = null;
        foreach (var path in paths)
        {
            if (!dataset.Shape.TryResolve(path, out var set))
            {
                unknown ??= [];
                if (unknown.Count < MaximumNamed)
                {
                    unknown.Add(Unknown(path, dataset));
                }
            }
            else if (set.Count == 1)
            {
                leaves |= set;
            }
            else
            {
                (parents ??= []).Add(set);
            }
        }

        asked = new AskedFields(leaves, parents);
        violations = unknown ?? (IReadOnlyList<Violation>)[];
        return unknown is null;
    }

    /// <summary>What is asked in view of what a rule permits.</summary>
    internal FieldSet Meaning(in FieldSet permitted)
    {
        var asked = Leaves;
        foreach (var parent in _parents ?? [])
        {
            var meant = parent & permitted;
            asked |= meant.IsEmpty ? parent : meant;
        }

        return asked;
    }

    private static Violation Unknown(string path, Dataset dataset)
    {
        var nearest = path.Length <= 128 ? dataset.NearestPath(path) : null;
        return new Violation("fields", $"{dataset.Id} has no field '{Shown(path)}'{(nearest is null ? string.Empty : $"; did you mean '{nearest}'?")}");
    }

    private static string Shown(string path) => path.Length <= 80 ? path : path[..80] + "…";
}
