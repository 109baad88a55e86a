using Google.Protobuf.Reflection;

namespace Exchange.Policy.Minimisation;

/// <summary>The wire types of proto3; 3 and 4, groups, are refused everywhere.</summary>
internal static class WireType
{
    public const uint Varint = 0;
    public const uint Fixed64 = 1;
    public const uint Delimited = 2;
    public const uint Fixed32 = 5;
}

/// <summary>From declared types to what stands on the wire.</summary>
internal static class Scalars
{
    /// <summary>A message counts as <see cref="ScalarEncoding.Octets"/>: both are length-delimited.</summary>
    public static ScalarEncoding EncodingOf(FieldType type) => type switch
    {
        FieldType.Bool => ScalarEncoding.Boolean,
        FieldType.UInt32 or FieldType.SInt32 => ScalarEncoding.Unsigned32,
        FieldType.Int32 or FieldType.Enum => ScalarEncoding.Signed32,
        FieldType.Int64 or FieldType.UInt64 or FieldType.SInt64 => ScalarEncoding.Any64,
        FieldType.Fixed32 or FieldType.SFixed32 => ScalarEncoding.Fixed32,
        FieldType.Fixed64 or FieldType.SFixed64 => ScalarEncoding.Fixed64,
        FieldType.Float => ScalarEncoding.Float,
        FieldType.Double => ScalarEncoding.Double,
        FieldType.String => ScalarEncoding.Text,
        _ => ScalarEncoding.Octets,
    };

    public static NumberForm FormOf(FieldType type) => type switch
    {
        FieldType.Int32 or FieldType.SFixed32 => NumberForm.Signed32,
        FieldType.Int64 or FieldType.SFixed64 => NumberForm.Signed64,
        FieldType.SInt32 => NumberForm.Zigzag32,
        FieldType.SInt64 => NumberForm.Zigzag64,
        _ => NumberForm.Unsigned,
    };

    public static uint WireTypeOf(ScalarEncoding encoding) => encoding switch
    {
        ScalarEncoding.Fixed32 or ScalarEncoding.Float => WireType.Fixed32,
        ScalarEncoding.Fixed64 or ScalarEncoding.Double => WireType.Fixed64,
        ScalarEncoding.Text or ScalarEncoding.Octets => WireType.Delimited,
        _ => WireType.Varint,
    };

    /// <summary>Bytes of a number of fixed size; 0 for a varint and for what has a length.</summary>
    public static int FixedSize(ScalarEncoding encoding) => encoding switch
    {
        ScalarEncoding.Fixed32 or ScalarEncoding.Float => sizeof(uint),
        ScalarEncoding.Fixed64 or ScalarEncoding.Double => sizeof(ulong),
        _ => 0,
    };

    public static bool IsPackable(ScalarEncoding encoding) => encoding < ScalarEncoding.Text;
}
