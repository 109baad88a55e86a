using System.Text;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>What a generated record really contains; the property test asserts how often.</summary>
[Flags]
internal enum RecordTraits
{
    None = 0,
    NestedTwice = 1,
    RepeatedMessages = 2,
    Packed = 4,
    Oneof = 8,
    Map = 16,
    OutOfOrder = 32,
    UnknownFields = 64,
}

/// <summary>
/// Writes random records byte by byte, as differently as the wire format admits: any order, packed runs in pieces, zeros written out, unknown
/// fields between. With sins, it also breaks a rule of well-formedness now and then, which random flips of bytes would seldom find.
/// </summary>
internal sealed class RandomRecord(Random random, bool sins)
{
    private static readonly string[] Texts = ["", "a", "Анна", "🦊", "4276 5500", "Ж bь🦊c€d🦊🦊", "longer than a single byte of length can say, which begins at one hundred and twenty-eight bytes, so this goes on for a little while more"];

    private bool _disorder;
    private bool _unknown;

    public RecordTraits Traits { get; private set; }

    public byte[] Make(MessageDescriptor type)
    {
        Traits = RecordTraits.None;
        _disorder = random.Next(5) < 2;
        _unknown = random.Next(5) < 2;
        return Message(type, depth: 0);
    }

    private byte[] Message(MessageDescriptor type, int depth)
    {
        if (type.FullName is "google.protobuf.Timestamp" or "google.protobuf.Duration")
        {
            return Moment(type.Name == "Duration");
        }

        if (depth >= 2 && type.File.Package != "google.protobuf")
        {
            Traits |= RecordTraits.NestedTwice;
        }

        var pieces = new List<(int Number, byte[] Bytes)>();
        var density = random.Next(3, 10);
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            if (field.RealContainingOneof is null && random.Next(10) < density)
            {
                Add(pieces, field, depth);
            }
        }

        foreach (var oneof in type.Oneofs.Where(oneof => !oneof.IsSynthetic && random.Next(4) > 0))
        {
            Traits |= RecordTraits.Oneof;
            foreach (var member in oneof.Fields.OrderBy(_ => random.Next()).Take(Sins(20) ? 2 : 1))
            {
                Add(pieces, member, depth);
            }
        }

        if (_unknown && random.Next(3) > 0)
        {
            AddUnknown(pieces, type);
        }

        if (Sins(25) && pieces.Count > 0)
        {
            pieces.Add(pieces[random.Next(pieces.Count)]);
        }

        return Joined(pieces);
    }

    private byte[] Joined(List<(int Number, byte[] Bytes)> pieces)
    {
        var bytes = new List<byte>(pieces.Sum(piece => piece.Bytes.Length));
        foreach (var piece in Ordered(pieces))
        {
            bytes.AddRange(piece.Bytes);
        }

        return [.. bytes];
    }

    private List<(int Number, byte[] Bytes)> Ordered(List<(int Number, byte[] Bytes)> pieces)
    {
        var ordered = pieces.OrderBy(piece => piece.Number).ToList();
        if (_disorder && random.Next(4) > 0)
        {
            ordered = [.. random.Next(2) == 0 ? ordered.OrderBy(_ => random.Next()) : ordered.OrderBy(piece => piece.Number + random.Next(4))];
            if (ordered.Zip(ordered.Skip(1)).Any(pair => pair.First.Number > pair.Second.Number))
            {
                Traits |= RecordTraits.OutOfOrder;
            }
        }

        return ordered;
    }

    private void Add(List<(int Number, byte[] Bytes)> pieces, FieldDescriptor field, int depth)
    {
        if (field.IsMap)
        {
            AddMap(pieces, field, depth);
        }
        else if (!field.IsRepeated)
        {
            pieces.Add((field.FieldNumber, Occurrence(field, depth)));
        }
        else if (field.FieldType is FieldType.Message or FieldType.String or FieldType.Bytes)
        {
            if (field.FieldType == FieldType.Message)
            {
                Traits |= RecordTraits.RepeatedMessages;
            }

            for (var count = random.Next(1, depth > 1 ? 2 : 4); count > 0; count--)
            {
                pieces.Add((field.FieldNumber, Occurrence(field, depth)));
            }
        }
        else
        {
            // One canonical run most often; otherwise pieces of either form.
            for (var count = random.Next(3) > 0 ? 1 : random.Next(1, 4); count > 0; count--)
            {
                pieces.Add((field.FieldNumber, random.Next(4) == 0 ? Occurrence(field, depth) : Packed(field)));
            }
        }
    }

    private void AddMap(List<(int Number, byte[] Bytes)> pieces, FieldDescriptor field, int depth)
    {
        var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
        var keys = new HashSet<string>();
        for (var count = random.Next(12) == 0 ? random.Next(10, 40) : random.Next(1, 5); count > 0; count--)
        {
            var content = Scalar(key);
            var isDefault = content is [0] || content.AsSpan().IndexOfAnyExcept((byte)0) < 0 && key.FieldType != FieldType.String;
            if (!keys.Add(isDefault ? "" : Convert.ToHexString(content)) && !Sins(2))
            {
                continue;
            }

            Traits |= RecordTraits.Map;
            var parts = new List<(int Number, byte[] Bytes)>();
            if (!isDefault || random.Next(2) == 0)
            {
                parts.Add((1, [.. Tag(key.FieldNumber, WireTypeOf(key.FieldType)), .. content]));
            }

            if (random.Next(5) > 0)
            {
                parts.Add((2, Occurrence(value, depth)));
            }

            if (_unknown && random.Next(8) == 0)
            {
                AddUnknown(parts, field.MessageType);
            }

            pieces.Add((field.FieldNumber, Delimited(field.FieldNumber, Joined(parts))));
        }
    }

    private void AddUnknown(List<(int Number, byte[] Bytes)> pieces, MessageDescriptor type)
    {
        for (var count = random.Next(1, 3); count > 0; count--)
        {
            var number = random.Next(4) == 0 ? random.Next(25, 600_000) : random.Next(1, 25);
            if (type.FindFieldByNumber(number) is null)
            {
                Traits |= RecordTraits.UnknownFields;
                pieces.Add((number, random.Next(4) switch
                {
                    0 => [.. Tag(number, 0), .. Varint((ulong)random.NextInt64())],
                    1 => [.. Tag(number, 1), .. Bytes(8)],
                    2 => Delimited(number, Bytes(random.Next(20))),
                    _ => [.. Tag(number, 5), .. Bytes(4)],
                }));
            }
        }
    }

    private byte[] Occurrence(FieldDescriptor field, int depth)
    {
        if (Sins(150))
        {
            return random.Next(3) switch
            {
                0 => [.. Tag(field.FieldNumber, 3), .. Tag(field.FieldNumber, 4)],
                1 => [.. Tag(0, 0), 1],
                _ => [.. Tag(field.FieldNumber, random.Next(6)), .. Scalar(field)],
            };
        }

        return field.FieldType == FieldType.Message
            ? Delimited(field.FieldNumber, Message(field.MessageType, depth + 1))
            : [.. Tag(field.FieldNumber, WireTypeOf(field.FieldType)), .. Scalar(field)];
    }

    private byte[] Packed(FieldDescriptor field)
    {
        Traits |= RecordTraits.Packed;
        var count = random.Next(10) switch { 0 => 0, 1 => random.Next(30, 150), _ => random.Next(1, 6) };
        return Delimited(field.FieldNumber, Elements(field, count));
    }

    private byte[] Elements(FieldDescriptor field, int count)
    {
        var bytes = new List<byte>();
        for (; count > 0; count--)
        {
            bytes.AddRange(Scalar(field));
        }

        return [.. bytes];
    }

    private byte[] Scalar(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => Varint(Sins(30) ? 2u : (ulong)random.Next(2)),
        FieldType.Int32 or FieldType.Enum => Varint(Sins(30) ? uint.MaxValue : (ulong)(int)Bits()),
        FieldType.UInt32 or FieldType.SInt32 => Varint(Sins(30) ? 1UL << 32 : (uint)Bits()),
        FieldType.Int64 or FieldType.UInt64 or FieldType.SInt64 => Varint(Bits()),
        FieldType.Fixed32 or FieldType.SFixed32 => BitConverter.GetBytes((uint)Bits()),
        FieldType.Fixed64 or FieldType.SFixed64 => BitConverter.GetBytes(Bits()),
        FieldType.Float => BitConverter.GetBytes(random.Next(4) switch { 0 => 0f, 1 => -0f, 2 => float.NaN, _ => random.NextSingle() }),
        FieldType.Double => BitConverter.GetBytes(random.Next(4) switch { 0 => 0d, 1 => -0d, 2 => double.NaN, _ => random.NextDouble() }),
        FieldType.String => Sins(30) ? [2, 0xC0, 0xAF] : Prefixed(Encoding.UTF8.GetBytes(random.Next(4) == 0 ? random.Next(100).ToString() : Texts[random.Next(Texts.Length)])),
        _ => Prefixed(Bytes(random.Next(8) == 0 ? random.Next(120, 140) : random.Next(6))),
    };

    private byte[] Moment(bool isDuration)
    {
        long seconds = random.Next(6) switch { 0 => 0, 1 => 253_402_300_799, 2 => isDuration ? -random.Next(100) : -62_135_596_800, _ => random.Next() };
        var nanos = random.Next(3) == 0 ? 0 : random.Next(1_000_000_000);
        nanos = isDuration && seconds < 0 ? -nanos : nanos;
        if (Sins(6))
        {
            (seconds, nanos) = random.Next(3) switch { 0 => (seconds, -1_000_000_000), 1 => (seconds * 1000, nanos), _ => (seconds, -nanos) };
        }

        var parts = new List<(int Number, byte[] Bytes)>();
        if (seconds != 0 || random.Next(2) == 0)
        {
            parts.Add((1, [.. Tag(1, 0), .. Varint((ulong)seconds)]));
        }

        if (nanos != 0 || random.Next(2) == 0)
        {
            parts.Add((2, [.. Tag(2, 0), .. Varint((ulong)nanos)]));
        }

        return Joined(parts);
    }

    private ulong Bits() => random.Next(5) switch { 0 => 0, 1 => (ulong)random.Next(128), 2 => (ulong)-random.Next(1000), 3 => (ulong)random.Next(), _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue) };

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Delimited(int number, byte[] content) => [.. Tag(number, 2), .. Prefixed(content)];

    private byte[] Prefixed(byte[] content) => [.. Varint((ulong)content.Length), .. content];

    private byte[] Tag(int number, int wireType) => Varint((ulong)number << 3 | (uint)wireType);

    private byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return Sins(200) ? [.. bytes, (byte)(value | 0x80), 0] : [.. bytes, (byte)value];
    }

    private bool Sins(int oneIn) => sins && random.Next(oneIn) == 0;

    private static int WireTypeOf(FieldType type) => type switch
    {
        FieldType.Fixed64 or FieldType.SFixed64 or FieldType.Double => 1,
        FieldType.Fixed32 or FieldType.SFixed32 or FieldType.Float => 5,
        FieldType.String or FieldType.Bytes or FieldType.Message => 2,
        _ => 0,
    };
}
