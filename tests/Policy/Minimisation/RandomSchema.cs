using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using FieldType = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;
using Label = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Label;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>A random proto3 file: a few messages, the earlier ones made of the later ones, with every kind of field.</summary>
internal static class RandomSchema
{
    private static readonly FieldType[] Scalars =
    [
        FieldType.Bool, FieldType.Int32, FieldType.Int64, FieldType.Uint32, FieldType.Uint64, FieldType.Sint32, FieldType.Sint64, FieldType.Fixed32,
        FieldType.Fixed64, FieldType.Sfixed32, FieldType.Sfixed64, FieldType.Float, FieldType.Double, FieldType.Enum, FieldType.String, FieldType.String, FieldType.Bytes,
    ];

    private static readonly FieldType[] KeyTypes =
    [
        FieldType.Bool, FieldType.Int32, FieldType.Int64, FieldType.Uint32, FieldType.Uint64, FieldType.Sint32, FieldType.Sint64, FieldType.Fixed32,
        FieldType.Fixed64, FieldType.Sfixed32, FieldType.Sfixed64, FieldType.String, FieldType.String, FieldType.String,
    ];

    private static readonly string[] WellKnown =
    [
        "Timestamp", "Timestamp", "Timestamp", "Timestamp", "Duration", "Empty", "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value", "BoolValue", "StringValue", "BytesValue",
    ];

    private static readonly ByteString[] Imports = [.. new[]
    {
        TimestampReflection.Descriptor, DurationReflection.Descriptor, EmptyReflection.Descriptor, WrappersReflection.Descriptor,
    }.Select(file => file.SerializedData)];

    /// <summary>The first message of the file.</summary>
    public static MessageDescriptor Make(Random random)
    {
        var file = new FileDescriptorProto { Name = "random.proto", Package = "random", Syntax = "proto3" };
        file.Dependency.Add(["google/protobuf/timestamp.proto", "google/protobuf/duration.proto", "google/protobuf/empty.proto", "google/protobuf/wrappers.proto"]);
        var colour = new EnumDescriptorProto { Name = "Colour" };
        colour.Value.Add([Named("NONE", 0), Named("RED", 1), Named("BEYOND", -1)]);
        file.EnumType.Add(colour);
        var messages = random.Next(2, 5);
        for (var index = 0; index < messages; index++)
        {
            file.MessageType.Add(Message(random, index, messages));
        }

        return FileDescriptor.BuildFromByteStrings([.. Imports, file.ToByteString()])[^1].MessageTypes[0];
    }

    private static DescriptorProto Message(Random random, int index, int messages)
    {
        var message = new DescriptorProto { Name = $"M{index}" };
        var numbers = Numbers(random, index == 0 ? random.Next(6, 14) : random.Next(0, 7));
        var optionals = new List<FieldDescriptorProto>();
        if (random.Next(3) > 0)
        {
            message.OneofDecl.Add(new OneofDescriptorProto { Name = "choice" });
        }

        foreach (var number in numbers)
        {
            var field = new FieldDescriptorProto { Name = $"f{number}", Number = number, Label = Label.Optional };
            switch (random.Next(20))
            {
                case < 4:
                    Type(field, Pick(random, Scalars));
                    break;
                case < 6:
                    Type(field, Pick(random, Scalars));
                    field.Proto3Optional = true;
                    optionals.Add(field);
                    break;
                case < 9:
                    Type(field, Pick(random, Scalars));
                    field.Label = Label.Repeated;
                    field.Options = random.Next(4) switch { 0 => new() { Packed = true }, 1 when IsPackable(field) => new() { Packed = false }, _ => null };
                    break;
                case < 11:
                    Map(random, message, field, index, messages);
                    break;
                case 11:
                    field.Type = FieldType.Message;
                    field.TypeName = $".google.protobuf.{Pick(random, WellKnown)}";
                    field.Label = random.Next(3) == 0 ? Label.Repeated : Label.Optional;
                    break;
                case < 15 when message.OneofDecl.Count == 1:
                    Type(field, Pick(random, Scalars));
                    field.OneofIndex = 0;
                    break;
                default:
                    if (index + 1 < messages)
                    {
                        field.Type = FieldType.Message;
                        field.TypeName = $".random.M{random.Next(index + 1, Math.Min(index + 3, messages))}";
                        field.Label = random.Next(2) == 0 ? Label.Repeated : Label.Optional;
                        if (field.Label == Label.Optional && message.OneofDecl.Count == 1 && random.Next(4) == 0)
                        {
                            field.OneofIndex = 0;
                        }
                    }
                    else
                    {
                        Type(field, Pick(random, Scalars));
                    }

                    break;
            }

            message.Field.Add(field);
        }

        // A oneof without members is no valid file.
        if (message.OneofDecl.Count == 1 && !message.Field.Any(field => field.HasOneofIndex))
        {
            message.OneofDecl.Clear();
        }

        foreach (var field in optionals)
        {
            field.OneofIndex = message.OneofDecl.Count;
            message.OneofDecl.Add(new OneofDescriptorProto { Name = "_" + field.Name });
        }

        return message;
    }

    private static void Map(Random random, DescriptorProto message, FieldDescriptorProto field, int index, int messages)
    {
        var key = new FieldDescriptorProto { Name = "key", Number = 1, Label = Label.Optional };
        var value = new FieldDescriptorProto { Name = "value", Number = 2, Label = Label.Optional };
        Type(key, Pick(random, KeyTypes));
        if (index + 1 < messages && random.Next(2) == 0)
        {
            value.Type = FieldType.Message;
            value.TypeName = random.Next(5) == 0 ? $".google.protobuf.{Pick(random, WellKnown)}" : $".random.M{random.Next(index + 1, messages)}";
        }
        else
        {
            Type(value, Pick(random, Scalars));
        }

        var entry = new DescriptorProto { Name = $"F{field.Number}Entry", Options = new() { MapEntry = true } };
        entry.Field.Add([key, value]);
        message.NestedType.Add(entry);
        field.Type = FieldType.Message;
        field.TypeName = $".random.{message.Name}.{entry.Name}";
        field.Label = Label.Repeated;
    }

    private static void Type(FieldDescriptorProto field, FieldType type)
    {
        field.Type = type;
        if (type == FieldType.Enum)
        {
            field.TypeName = ".random.Colour";
        }
    }

    private static bool IsPackable(FieldDescriptorProto field) => field.Type is not (FieldType.String or FieldType.Bytes or FieldType.Message);

    private static HashSet<int> Numbers(Random random, int count)
    {
        var numbers = new HashSet<int>();
        while (numbers.Count < count)
        {
            numbers.Add(random.Next(25) switch { 0 => 536_870_911 - random.Next(5), 1 => random.Next(500, 530), 2 => random.Next(2000, 80_000), _ => random.Next(1, 25) });
        }

        return numbers;
    }

    private static EnumValueDescriptorProto Named(string name, int number) => new() { Name = name, Number = number };

    private static T Pick<T>(Random random, T[] among) => among[random.Next(among.Length)];
}
