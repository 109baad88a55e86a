using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// A dataset's message as the minimiser sees it: its leaf paths, numbered once, depth first and by ascending field number, so that what lies
/// under a parent is a contiguous range. Immutable; compiled when a dataset is loaded, shared by all transfers.
/// </summary>
public sealed class RecordShape
{
    private readonly FrozenDictionary<string, FieldSet> _paths;

    private RecordShape(ShapeCompiler compiled, MessagePlan root)
    {
        Root = root;
        Depth = compiled.Depth;
        Leaves = [.. compiled.Leaves];
        All = FieldSet.Range(0, Leaves.Length);
        SubjectLeaf = compiled.SubjectLeaf;
        TimeLeaf = compiled.TimeLeaf;
        _paths = compiled.Paths.ToFrozenDictionary();
        Growth = compiled.Growth;
    }

    /// <summary>The leaf paths in the order of their numbers.</summary>
    public ImmutableArray<Leaf> Leaves { get; }

    /// <summary>The set of all leaf paths.</summary>
    public FieldSet All { get; }

    /// <summary>The leaf that names the record's subject; -1 without.</summary>
    public int SubjectLeaf { get; }

    /// <summary>The leaf that holds the record's time; -1 without.</summary>
    public int TimeLeaf { get; }

    internal MessagePlan Root { get; }

    /// <summary>The factor by which canonical form alone can lengthen a record; see <see cref="ReleaseGrowth"/>.</summary>
    internal int Growth { get; }

    /// <summary>Levels of messages, the record itself and map entries counted.</summary>
    internal int Depth { get; }

    /// <summary>Compiles a dataset's message.</summary>
    /// <param name="record">The message; proto3.</param>
    /// <param name="subjectPath">Dotted path of the subject field: a string outside repeated fields, maps and oneofs. Null without.</param>
    /// <param name="timePath">Dotted path of the time field: a google.protobuf.Timestamp outside repeated fields, maps and oneofs. Null without.</param>
    /// <param name="shape">The shape; null if there are problems.</param>
    /// <param name="problems">Everything found wrong, each a sentence that names the field.</param>
    public static bool TryCompile(
        MessageDescriptor record, string? subjectPath, string? timePath, [NotNullWhen(true)] out RecordShape? shape, out IReadOnlyList<string> problems) =>
        TryCompile(record, subjectPath, timePath, _ => null, out shape, out problems);

    /// <summary>Compiles a dataset's message whose fields carry constraints.</summary>
    /// <param name="record">The message; proto3.</param>
    /// <param name="subjectPath">Dotted path of the subject field: a string outside repeated fields, maps and oneofs. Null without.</param>
    /// <param name="timePath">Dotted path of the time field: a google.protobuf.Timestamp outside repeated fields, maps and oneofs. Null without.</param>
    /// <param name="constraintOf">What a field, of the record or of a message in it, must fulfil; null if it need not.</param>
    /// <param name="shape">The shape; null if there are problems.</param>
    /// <param name="problems">Everything found wrong, each a sentence that names the field.</param>
    public static bool TryCompile(
        MessageDescriptor record, string? subjectPath, string? timePath, Func<FieldDescriptor, FieldConstraint?> constraintOf,
        [NotNullWhen(true)] out RecordShape? shape, out IReadOnlyList<string> problems)
    {
        var compiler = new ShapeCompiler(record, subjectPath, timePath, constraintOf);
        var root = compiler.Compile();
        problems = compiler.Problems;
        shape = problems.Count == 0 ? new(compiler, root) : null;
        return shape is not null;
    }

    /// <summary>The leaves that a path names: one, or all those under a parent. Does not allocate.</summary>
    public bool TryResolve(string path, out FieldSet leaves) => _paths.TryGetValue(path, out leaves);

    /// <summary>The paths of a set in the order of their numbers, for people to read.</summary>
    public IEnumerable<string> Paths(FieldSet set) => Leaves.Where(leaf => set.Contains(leaf.Number)).Select(leaf => leaf.Path);
}
