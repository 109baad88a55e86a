using Google.Protobuf.Reflection;

namespace Exchange.Policy.Minimisation;

/// <summary>A message of google.protobuf that is one value to people, and therefore a leaf: an instant, a duration, a boxed scalar.</summary>
internal sealed record WellKnownType(MessageRule Rule, params (string Name, FieldType Type)[] Fields)
{
    private static readonly Dictionary<string, WellKnownType> Known = new()
    {
        ["google.protobuf.Timestamp"] = new(MessageRule.Timestamp, ("seconds", FieldType.Int64), ("nanos", FieldType.Int32)),
        ["google.protobuf.Duration"] = new(MessageRule.Duration, ("seconds", FieldType.Int64), ("nanos", FieldType.Int32)),
        ["google.protobuf.DoubleValue"] = Wrapper(FieldType.Double),
        ["google.protobuf.FloatValue"] = Wrapper(FieldType.Float),
        ["google.protobuf.Int64Value"] = Wrapper(FieldType.Int64),
        ["google.protobuf.UInt64Value"] = Wrapper(FieldType.UInt64),
        ["google.protobuf.Int32Value"] = Wrapper(FieldType.Int32),
        ["google.protobuf.UInt32Value"] = Wrapper(FieldType.UInt32),
        ["google.protobuf.BoolValue"] = Wrapper(FieldType.Bool),
        ["google.protobuf.StringValue"] = Wrapper(FieldType.String),
        ["google.protobuf.BytesValue"] = Wrapper(FieldType.Bytes),
    };

    /// <summary>The well-known leaf type of this name, or null.</summary>
    public static WellKnownType? Find(MessageDescriptor type) => Known.GetValueOrDefault(type.FullName);

    /// <summary>Types whose content no list of paths describes.</summary>
    public static bool IsUnbounded(MessageDescriptor type) =>
        type.FullName is "google.protobuf.Any" or "google.protobuf.Struct" or "google.protobuf.Value" or "google.protobuf.ListValue";

    /// <summary>Whether a type of this name has the fields that the name promises: descriptors come from files.</summary>
    public bool Describes(MessageDescriptor type) => type.Fields.InFieldNumberOrder()
        .Select(field => (field.FieldNumber, field.Name, field.FieldType, field.IsRepeated, field.HasPresence))
        .SequenceEqual(Fields.Select((field, index) => (index + 1, field.Name, field.Type, false, false)));

    private static WellKnownType Wrapper(FieldType type) => new(MessageRule.None, ("value", type));
}
