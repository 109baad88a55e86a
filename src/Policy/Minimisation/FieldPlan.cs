namespace Exchange.Policy.Minimisation;

/// <summary>How a field is walked through.</summary>
internal enum FieldKind
{
    /// <summary>One scalar an occurrence: every singular scalar, and repeated strings and bytes.</summary>
    Scalar,

    /// <summary>A repeated scalar whose canonical form is one packed run.</summary>
    Packed,

    /// <summary>A repeated scalar declared [packed = false].</summary>
    Unpacked,

    /// <summary>A message, singular or repeated.</summary>
    Message,

    /// <summary>A message that is an instant or a duration.</summary>
    Moment,

    /// <summary>A map; its entries are messages with key and value.</summary>
    Map,
}

/// <summary>What a field means to the walk beyond its value.</summary>
internal enum FieldRole
{
    None,
    Subject,
    Time,
}

/// <summary>One field of a message, at one path of the record.</summary>
internal sealed class FieldPlan
{
    /// <summary>The leaves at or under this field: it stays if any of them is released.</summary>
    /// <remarks>A field, not a property: sets are intersected in place for every field of every record.</remarks>
    public readonly FieldSet Leaves;

    public FieldPlan(FieldSet leaves) => (Leaves, Leaf) = (leaves, leaves.Count == 1 ? leaves.First : -1);

    /// <summary>The one leaf at or under this field; -1 if there are several.</summary>
    public int Leaf { get; }

    /// <summary>The place among the message's fields, by ascending number.</summary>
    public required int Index { get; init; }

    public required int Number { get; init; }

    public required FieldKind Kind { get; init; }

    public ScalarEncoding Encoding { get; init; }

    public NumberForm Form { get; init; }

    /// <summary>The tag of the canonical form.</summary>
    public required uint Tag { get; init; }

    /// <summary>The tag of the other form of a repeated scalar, packed or not; otherwise equal to <see cref="Tag"/>.</summary>
    public required uint OtherTag { get; init; }

    /// <summary>The leaf whose action changes this field's value; -1 for the keys of maps, the parts of instants, and parents.</summary>
    public int Changes { get; init; } = -1;

    /// <summary>The message's or the map entry's fields.</summary>
    public MessagePlan? Message { get; init; }

    /// <summary>The message's oneof with two or more members to which the field belongs, or -1.</summary>
    public int Oneof { get; init; } = -1;

    public bool IsRepeated { get; init; }

    /// <summary>Whether a record has at most one of it: it is not repeated, nor is any message around it.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Implicit presence: the canonical form leaves the zero value out.</summary>
    public bool OmitsZero { get; init; }

    /// <summary>Whether -0.0 counts as zero, as Google.Protobuf has it for singular fields, but not in map entries and wrappers.</summary>
    public bool OmitsNegativeZero { get; init; }

    public FieldRole Role { get; init; }

    /// <summary>What the field's values must fulfil; null if they need not.</summary>
    public ConstraintCheck? Values { get; init; }

    /// <summary>The constraint that wants the field to be there; null if nothing does.</summary>
    public ConstraintCheck? Required { get; init; }

    /// <summary>Whether what is said of the field in several places must be seen together: to pack it, or to find a key said twice.</summary>
    public bool IsOneRun => Kind is FieldKind.Packed or FieldKind.Map;
}
