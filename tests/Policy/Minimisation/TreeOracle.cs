using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>A message as a tree: what was said of each field, in the order in which it was said, decoded.</summary>
internal sealed class MessageTree(MessageDescriptor type)
{
    public MessageDescriptor Type { get; } = type;

    public Dictionary<int, List<object>> Fields { get; } = [];

    public object? this[string name] => Fields.GetValueOrDefault(Type.FindFieldByName(name).FieldNumber)?[0];
}

/// <summary>The record is not well-formed; the message says which rule it breaks.</summary>
internal sealed class MalformedException(string rule) : Exception(rule);

/// <summary>
/// The minimiser's definition, executable: parse into a tree, remove, serialise. Slow, and built differently on purpose: it decodes every
/// value, knows paths instead of numbers, and writes through Google.Protobuf. It is itself compared with generated types.
/// </summary>
internal static class TreeOracle
{
    private const int SmallBuffer = 128;

    private static readonly UTF8Encoding StrictText = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static MessageTree Parse(MessageDescriptor type, ReadOnlySpan<byte> bytes)
    {
        var tree = new MessageTree(type);
        foreach (var (number, wireType, raw) in Frames(bytes))
        {
            if (type.FindFieldByNumber(number) is { } field)
            {
                Remember(tree, field, wireType, raw);
            }
        }

        foreach (var field in type.Fields.InDeclarationOrder())
        {
            Require(field.IsRepeated || !tree.Fields.TryGetValue(field.FieldNumber, out var values) || values.Count == 1, "a singular field is repeated");
            if (field.IsMap && tree.Fields.TryGetValue(field.FieldNumber, out var entries))
            {
                var keys = entries.Select(entry => ((MessageTree)entry)["key"] ?? Default(field.MessageType.FindFieldByNumber(1))).ToList();
                Require(keys.Distinct().Count() == keys.Count, "a key of a map is repeated");
            }
        }

        foreach (var oneof in type.Oneofs)
        {
            Require(oneof.Fields.Count(member => tree.Fields.ContainsKey(member.FieldNumber)) <= 1, "two members of a oneof");
        }

        CheckRange(tree);
        return tree;
    }

    /// <summary>Removes every field that is neither released nor the parent of one that is, and changes the released ones.</summary>
    public static void Redact(MessageTree tree, string prefix, HashSet<string> releasedAndParents, HashSet<string> released, TreeActions? actions = null)
    {
        foreach (var field in tree.Type.Fields.InDeclarationOrder())
        {
            var path = prefix + field.Name;
            if (!releasedAndParents.Contains(path))
            {
                tree.Fields.Remove(field.FieldNumber);
            }
            else if (!tree.Fields.TryGetValue(field.FieldNumber, out var values))
            {
                continue;
            }
            else if (released.Contains(path))
            {
                actions?.Apply(path, field, values);
            }
            else
            {
                foreach (var value in values.Cast<MessageTree>().Select(value => field.IsMap ? (MessageTree?)value["value"] : value))
                {
                    if (value is not null)
                    {
                        Redact(value, path + ".", releasedAndParents, released, actions);
                    }
                }
            }
        }
    }

    /// <summary>Released paths with all their parents.</summary>
    public static HashSet<string> WithParents(IEnumerable<string> released)
    {
        var all = new HashSet<string>();
        foreach (var path in released)
        {
            for (var end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
            {
                all.Add(path[..end]);
            }
        }

        return all;
    }

    public static byte[] Serialise(MessageTree tree, bool isEntry = false)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream, SmallBuffer);
        foreach (var field in tree.Type.Fields.InFieldNumberOrder())
        {
            var values = tree.Fields.GetValueOrDefault(field.FieldNumber);
            if (values is null && isEntry && field.FieldType == FieldType.Message)
            {
                values = [new MessageTree(field.MessageType)];
            }

            if (values is null)
            {
                continue;
            }

            if (field.IsRepeated && !field.IsMap && field.IsPacked && field.FieldType is not (FieldType.Message or FieldType.String or FieldType.Bytes))
            {
                if (values.Count > 0)
                {
                    output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                    output.WriteBytes(Packed(field, values));
                }

                continue;
            }

            foreach (var value in values)
            {
                if (field.IsRepeated || field.HasPresence || !IsDefault(field, value, isEntry || IsWrapper(tree.Type)))
                {
                    output.WriteTag(field.FieldNumber, WireTypeOf(field.FieldType));
                    Write(output, field, value);
                }
            }
        }

        output.Flush();
        return stream.ToArray();
    }

    private static List<(int Number, WireFormat.WireType WireType, byte[] Raw)> Frames(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<(int, WireFormat.WireType, byte[])>();
        while (!bytes.IsEmpty)
        {
            var tag = Varint(TakeVarint(ref bytes));
            Require(tag <= uint.MaxValue, "a field number above 2^29-1");
            var number = (int)(tag >> 3);
            Require(number != 0, "field 0");
            var wireType = (WireFormat.WireType)(tag & 7);
            frames.Add((number, wireType, TakeRaw(ref bytes, wireType)));
        }

        return frames;
    }

    private static byte[] TakeRaw(ref ReadOnlySpan<byte> bytes, WireFormat.WireType wireType) => wireType switch
    {
        WireFormat.WireType.Varint => TakeVarint(ref bytes),
        WireFormat.WireType.Fixed32 => Take(ref bytes, 4),
        WireFormat.WireType.Fixed64 => Take(ref bytes, 8),
        WireFormat.WireType.LengthDelimited => Take(ref bytes, Varint(TakeVarint(ref bytes))),
        _ => throw new MalformedException("a group or an unknown wire type"),
    };

    private static byte[] Take(ref ReadOnlySpan<byte> bytes, ulong count)
    {
        Require(count <= (ulong)bytes.Length, "an overrun");
        var taken = bytes[..(int)count].ToArray();
        bytes = bytes[(int)count..];
        return taken;
    }

    private static byte[] TakeVarint(ref ReadOnlySpan<byte> bytes)
    {
        var last = 0;
        while (last < bytes.Length && bytes[last] >= 0x80)
        {
            last++;
        }

        var taken = Take(ref bytes, (ulong)last + 1);
        Varint(taken); // Whatever it means, it must be as short as it can be.
        return taken;
    }

    private static ulong Varint(byte[] bytes)
    {
        Require(bytes.Length <= 10, "an over-long varint");
        var value = UInt128.Zero;
        for (var at = bytes.Length - 1; at >= 0; at--)
        {
            value = (value * 128) + (uint)(bytes[at] & 0x7F);
        }

        Require(value <= ulong.MaxValue && CodedOutputStream.ComputeUInt64Size((ulong)value) == bytes.Length, "an over-long varint");
        return (ulong)value;
    }

    private static void Remember(MessageTree tree, FieldDescriptor field, WireFormat.WireType wireType, byte[] raw)
    {
        if (!tree.Fields.TryGetValue(field.FieldNumber, out var values))
        {
            tree.Fields[field.FieldNumber] = values = [];
        }

        var expected = WireTypeOf(field.FieldType);
        if (wireType == expected)
        {
            values.Add(Decode(field, raw));
            return;
        }

        Require(field.IsRepeated && wireType == WireFormat.WireType.LengthDelimited, "a wire type that is not the field's");
        ReadOnlySpan<byte> rest = raw;
        while (!rest.IsEmpty)
        {
            values.Add(Decode(field, TakeRaw(ref rest, expected)));
        }
    }

    private static object Decode(FieldDescriptor field, byte[] raw)
    {
        switch (field.FieldType)
        {
            case FieldType.Bool:
                Require(Varint(raw) <= 1, "a bool other than 0 and 1");
                return Varint(raw) == 1;
            case FieldType.Int32 or FieldType.Enum:
                Require((ulong)(int)Varint(raw) == Varint(raw), "an int32 that is not sign-extended");
                return (int)Varint(raw);
            case FieldType.UInt32 or FieldType.SInt32:
                Require(Varint(raw) <= uint.MaxValue, "more than 32 bits");
                var bits = (uint)Varint(raw);
                return field.FieldType == FieldType.UInt32 ? bits : (int)(bits >> 1) ^ -(int)(bits & 1);
            case FieldType.Int64:
                return (long)Varint(raw);
            case FieldType.UInt64:
                return Varint(raw);
            case FieldType.SInt64:
                return (long)(Varint(raw) >> 1) ^ -(long)(Varint(raw) & 1);
            case FieldType.Fixed32:
                return BitConverter.ToUInt32(raw);
            case FieldType.SFixed32:
                return BitConverter.ToInt32(raw);
            case FieldType.Float:
                return BitConverter.ToSingle(raw);
            case FieldType.Fixed64:
                return BitConverter.ToUInt64(raw);
            case FieldType.SFixed64:
                return BitConverter.ToInt64(raw);
            case FieldType.Double:
                return BitConverter.ToDouble(raw);
            case FieldType.Bytes:
                return ByteString.CopyFrom(raw);
            case FieldType.Message:
                return Parse(field.MessageType, raw);
            default:
                try
                {
                    return StrictText.GetString(raw);
                }
                catch (DecoderFallbackException)
                {
                    throw new MalformedException("invalid UTF-8");
                }
        }
    }

    private static void CheckRange(MessageTree tree)
    {
        if (tree.Type.FullName is not ("google.protobuf.Timestamp" or "google.protobuf.Duration"))
        {
            return;
        }

        var (seconds, nanos) = ((long)(tree["seconds"] ?? 0L), (int)(tree["nanos"] ?? 0));
        Require(
            tree.Type.Name == "Timestamp"
                ? seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() && nanos is >= 0 and <= 999_999_999
                : seconds is >= Duration.MinSeconds and <= Duration.MaxSeconds && Math.Abs((long)nanos) <= 999_999_999 && Math.Sign(seconds) * Math.Sign(nanos) >= 0,
            "a time out of range");
    }

    private static ByteString Packed(FieldDescriptor field, List<object> values)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream, SmallBuffer);
        foreach (var value in values)
        {
            Write(output, field, value);
        }

        output.Flush();
        return ByteString.CopyFrom(stream.ToArray());
    }

    private static void Write(CodedOutputStream output, FieldDescriptor field, object value)
    {
        switch (field.FieldType)
        {
            case FieldType.Bool: output.WriteBool((bool)value); break;
            case FieldType.Int32: output.WriteInt32((int)value); break;
            case FieldType.Enum: output.WriteEnum((int)value); break;
            case FieldType.UInt32: output.WriteUInt32((uint)value); break;
            case FieldType.SInt32: output.WriteSInt32((int)value); break;
            case FieldType.Int64: output.WriteInt64((long)value); break;
            case FieldType.UInt64: output.WriteUInt64((ulong)value); break;
            case FieldType.SInt64: output.WriteSInt64((long)value); break;
            case FieldType.Fixed32: output.WriteFixed32((uint)value); break;
            case FieldType.SFixed32: output.WriteSFixed32((int)value); break;
            case FieldType.Float: output.WriteFloat((float)value); break;
            case FieldType.Fixed64: output.WriteFixed64((ulong)value); break;
            case FieldType.SFixed64: output.WriteSFixed64((long)value); break;
            case FieldType.Double: output.WriteDouble((double)value); break;
            case FieldType.String: output.WriteString((string)value); break;
            case FieldType.Bytes: output.WriteBytes((ByteString)value); break;
            default: output.WriteBytes(ByteString.CopyFrom(Serialise((MessageTree)value, field.IsMap))); break;
        }
    }

    private static WireFormat.WireType WireTypeOf(FieldType type) => type switch
    {
        FieldType.Fixed32 or FieldType.SFixed32 or FieldType.Float => WireFormat.WireType.Fixed32,
        FieldType.Fixed64 or FieldType.SFixed64 or FieldType.Double => WireFormat.WireType.Fixed64,
        FieldType.String or FieldType.Bytes or FieldType.Message => WireFormat.WireType.LengthDelimited,
        _ => WireFormat.WireType.Varint,
    };

    /// <summary>Generated code compares floating-point fields by value, the codecs of map entries and wrappers by their bits.</summary>
    public static bool IsDefault(FieldDescriptor field, object value, bool isBoxed) => value switch
    {
        float number when isBoxed => BitConverter.SingleToInt32Bits(number) == 0,
        double number when isBoxed => BitConverter.DoubleToInt64Bits(number) == 0,
        MessageTree => false,
        _ => value.Equals(Default(field)),
    };

    private static bool IsWrapper(MessageDescriptor type) => type.File.Package == "google.protobuf" && type.Name.EndsWith("Value", StringComparison.Ordinal);

    private static object Default(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => false,
        FieldType.Int32 or FieldType.Enum or FieldType.SInt32 or FieldType.SFixed32 => 0,
        FieldType.UInt32 or FieldType.Fixed32 => 0u,
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => 0L,
        FieldType.UInt64 or FieldType.Fixed64 => 0UL,
        FieldType.Float => 0f,
        FieldType.Double => 0d,
        FieldType.String => "",
        _ => ByteString.Empty,
    };

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new MalformedException(rule);
        }
    }
}
