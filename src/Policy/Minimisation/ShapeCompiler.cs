using Google.Protobuf.Reflection;

namespace Exchange.Policy.Minimisation;

/// <summary>Walks a dataset's message once, numbers its leaves, plans its fields and collects every reason why it cannot be a record.</summary>
internal sealed class ShapeCompiler(MessageDescriptor record, string? subjectPath, string? timePath, Func<FieldDescriptor, FieldConstraint?> constraintOf)
{
    private const int MaximumDepth = 32;

    private readonly List<string> _problems = [];
    private readonly List<string> _ancestors = [];
    private bool _tooManyLeaves;

    public IReadOnlyList<string> Problems => _problems;

    public List<Leaf> Leaves { get; } = [];

    /// <summary>Leaves and parents.</summary>
    public Dictionary<string, FieldSet> Paths { get; } = [];

    public int SubjectLeaf { get; private set; } = -1;

    public int TimeLeaf { get; private set; } = -1;

    public int Depth { get; private set; }

    /// <summary>The factor by which canonical form alone can lengthen a record; see <see cref="ReleaseGrowth"/>.</summary>
    public int Growth { get; private set; } = 1;

    public MessagePlan Compile()
    {
        CheckFile(record.File, $"The record {record.FullName}");
        CheckExtensionRanges(record, $"The record {record.FullName}");
        var root = Message(record, prefix: "", isAlone: true);
        if (record.Fields.InFieldNumberOrder().Count == 0)
        {
            _problems.Add($"The record {record.FullName} has no fields.");
        }

        CheckFound(subjectPath, SubjectLeaf, "subject field");
        CheckFound(timePath, TimeLeaf, "time field");
        return root;
    }

    /// <summary>
    /// The fields of a message. The prefix is its path with a dot, empty for the record; it is alone if a record has at most one such message
    /// and no oneof decides on it.
    /// </summary>
    private MessagePlan Message(MessageDescriptor type, string prefix, bool isAlone)
    {
        Enter(type);
        var oneofs = type.Oneofs.Where(oneof => !oneof.IsSynthetic && oneof.Fields.Count > 1).ToList();
        var fields = new List<FieldPlan>();
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            var oneof = field.RealContainingOneof is { } of ? oneofs.IndexOf(of) : -1;
            if (!_tooManyLeaves && Field(field, fields.Count, prefix + field.Name, oneof, isAlone) is { } plan)
            {
                fields.Add(plan);
            }
        }

        Leave();
        return new([.. fields], MessageRule.None);
    }

    private FieldPlan? Field(FieldDescriptor field, int index, string path, int oneof, bool isAlone)
    {
        isAlone &= !field.IsRepeated && field.RealContainingOneof is null;
        if (field.ToProto().Type == FieldDescriptorProto.Types.Type.Group) // FieldType calls it a message.
        {
            _problems.Add($"{path} is a group, which no record may have.");
            return null;
        }

        var first = Leaves.Count;
        MessagePlan? message = null;
        if (field.IsMap)
        {
            message = Entry(field, path);
        }
        else if (field.FieldType == FieldType.Message)
        {
            message = Value(field.MessageType, field, path, isAlone);
        }
        else
        {
            AddLeaf(field, path, isAlone);
        }

        var leaves = FieldSet.Range(first, Leaves.Count);
        var constraint = constraintOf(field) is { } found ? ConstraintCompiler.Compile(found, field, path, leaves, _problems) : null;
        return Plan(field, index, leaves, message, oneof, isAlone, RoleOf(path), changes: field.IsMap ? -1 : Changed(field, first), constraint);
    }

    /// <summary>A map's entry: the key stays with whatever is released of the value.</summary>
    private MessagePlan Entry(FieldDescriptor map, string path)
    {
        Enter(map.MessageType);
        var (key, value) = (map.MessageType.FindFieldByNumber(1), map.MessageType.FindFieldByNumber(2));
        var first = Leaves.Count;
        MessagePlan? message = null;
        if (value.FieldType == FieldType.Message)
        {
            message = Value(value.MessageType, map, path, isAlone: false);
            Growth = Math.Max(Growth, 2);
        }
        else
        {
            AddLeaf(map, path, isAlone: false);
        }

        Leave();
        var leaves = FieldSet.Range(first, Leaves.Count);
        return new(
            [Plan(key, 0, leaves), Plan(value, 1, leaves, message, changes: Changed(value, first))],
            message is null ? MessageRule.None : MessageRule.EntryOfMessage);
    }

    /// <summary>A message at a path: a leaf if it is a well-known type or has no fields, otherwise a parent.</summary>
    private MessagePlan? Value(MessageDescriptor type, FieldDescriptor field, string path, bool isAlone)
    {
        CheckFile(type.File, path);
        CheckExtensionRanges(type, path);
        if (WellKnownType.IsUnbounded(type))
        {
            _problems.Add($"{path} is of type {type.FullName}, which can hold anything; name its fields instead.");
            return null;
        }

        if (_ancestors.Contains(type.FullName))
        {
            _problems.Add($"{path} is of type {type.FullName}, which contains itself; the paths of a record must be finite.");
            return null;
        }

        if (_ancestors.Count == MaximumDepth)
        {
            _problems.Add($"{path} lies deeper than {MaximumDepth} levels of messages.");
            return null;
        }

        var first = Leaves.Count;
        if (WellKnownType.Find(type) is { } known)
        {
            if (!known.Describes(type))
            {
                _problems.Add($"{path} is of a type called {type.FullName} that is not the well-known type of this name.");
            }

            AddLeaf(field, path, isAlone);
            Enter(type);
            Leave();
            var leaves = FieldSet.Range(first, Leaves.Count);
            return new([.. type.Fields.InFieldNumberOrder().Select((part, index) => Plan(part, index, leaves, changes: known.Rule == MessageRule.None ? first : -1))], known.Rule);
        }

        if (type.Fields.InFieldNumberOrder().Count == 0)
        {
            AddLeaf(field, path, isAlone);
            return Message(type, path + ".", isAlone);
        }

        var plan = Message(type, path + ".", isAlone);
        Paths[path] = FieldSet.Range(first, Leaves.Count);
        return plan;
    }

    /// <summary>The leaf whose action changes the values themselves; those of wrappers are changed inside.</summary>
    private static int Changed(FieldDescriptor field, int leaf) =>
        field.FieldType != FieldType.Message || WellKnownType.Find(field.MessageType) is { Rule: MessageRule.Timestamp } ? leaf : -1;

    private FieldPlan Plan(
        FieldDescriptor field, int index, FieldSet leaves, MessagePlan? message = null, int oneof = -1, bool isAlone = false, FieldRole role = FieldRole.None,
        int changes = -1, ConstraintCheck? constraint = null)
    {
        var encoding = Scalars.EncodingOf(field.FieldType);
        var kind = field.IsMap ? FieldKind.Map
            : field.FieldType == FieldType.Message ? message is { Rule: MessageRule.Timestamp or MessageRule.Duration } ? FieldKind.Moment : FieldKind.Message
            : !field.IsRepeated || !Scalars.IsPackable(encoding) ? FieldKind.Scalar
            : field.IsPacked ? FieldKind.Packed
            : FieldKind.Unpacked;
        var (tag, packedTag) = ((uint)field.FieldNumber << 3 | Scalars.WireTypeOf(encoding), (uint)field.FieldNumber << 3 | WireType.Delimited);
        Growth = Math.Max(Growth, kind switch { FieldKind.Packed => 2, FieldKind.Unpacked => 1 + WireWriter.VarintSize(tag), _ => 1 });
        var isOptional = field.HasPresence || field.IsRepeated;
        var (values, required) = (constraint is { SpeaksOfValues: true } ? constraint : null, constraint is { IsRequired: true } ? constraint : null);
        return new(leaves)
        {
            Index = index,
            Number = field.FieldNumber,
            Kind = kind,
            Encoding = encoding,
            Form = Scalars.FormOf(field.FieldType),
            Tag = kind == FieldKind.Packed ? packedTag : tag,
            OtherTag = kind switch { FieldKind.Packed => tag, FieldKind.Unpacked => packedTag, _ => tag },
            Changes = changes,
            Message = message,
            Oneof = oneof,
            IsRepeated = field.IsRepeated,
            IsAlone = isAlone,
            OmitsZero = !isOptional,
            OmitsNegativeZero = !isOptional && encoding is ScalarEncoding.Float or ScalarEncoding.Double && !IsBoxed(field),
            Role = role,
            Values = values,
            Required = required,
        };
    }

    /// <summary>Google.Protobuf compares the parts of map entries and wrappers with their default bit by bit, but singular fields by value.</summary>
    private static bool IsBoxed(FieldDescriptor field) =>
        field.ContainingType.GetOptions()?.MapEntry == true || WellKnownType.Find(field.ContainingType) is not null;

    private void AddLeaf(FieldDescriptor field, string path, bool isAlone)
    {
        if (_tooManyLeaves || Leaves.Count == FieldSet.Capacity)
        {
            if (!_tooManyLeaves)
            {
                _problems.Add($"{path} is one leaf path too many: a record has at most {FieldSet.Capacity}.");
            }

            _tooManyLeaves = true;
            return;
        }

        if (field.FieldType == FieldType.Enum)
        {
            CheckFile(field.EnumType.File, path);
        }

        var leaf = new Leaf(Leaves.Count, path, field) { IsAlone = isAlone };
        Leaves.Add(leaf);
        Paths[path] = FieldSet.Of(leaf.Number);
        if (path == subjectPath)
        {
            SubjectLeaf = leaf.Number;
            CheckRole("subject field", path, isAlone && field.FieldType == FieldType.String, "a string");
        }

        if (path == timePath)
        {
            TimeLeaf = leaf.Number;
            var isTime = field.FieldType == FieldType.Message && WellKnownType.Find(field.MessageType)?.Rule == MessageRule.Timestamp;
            CheckRole("time field", path, isAlone && isTime, "a google.protobuf.Timestamp");
        }
    }

    private FieldRole RoleOf(string path) => path == subjectPath ? FieldRole.Subject : path == timePath ? FieldRole.Time : FieldRole.None;

    private void CheckRole(string role, string path, bool isRight, string type)
    {
        if (!isRight)
        {
            _problems.Add($"The {role} {path} must be {type} outside repeated fields, maps and oneofs.");
        }
    }

    private void CheckFound(string? path, int leaf, string role)
    {
        if (path is not null && leaf < 0)
        {
            _problems.Add(Paths.ContainsKey(path)
                ? $"The {role} {path} is a message; name one of the fields in it."
                : $"The {role} {path} is no field of {record.FullName}.");
        }
    }

    private void CheckFile(FileDescriptor file, string what)
    {
        // The editions syntax loads without complaint in this runtime, but with wrong presence and packing.
        if (file.ToProto().Syntax != "proto3")
        {
            _problems.Add($"{what} is declared in {file.Name}, which is not proto3.");
        }
    }

    private void CheckExtensionRanges(MessageDescriptor type, string what)
    {
        if (type.ToProto().ExtensionRange.Count > 0)
        {
            _problems.Add($"{what} is of type {type.FullName}, which admits extensions.");
        }
    }

    private void Enter(MessageDescriptor type)
    {
        _ancestors.Add(type.FullName);
        Depth = Math.Max(Depth, _ancestors.Count);
    }

    private void Leave() => _ancestors.RemoveAt(_ancestors.Count - 1);
}
