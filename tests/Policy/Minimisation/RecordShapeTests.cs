using Exchange.Policy.Minimisation;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using FieldType = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;
using Label = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Label;

namespace Exchange.Policy.Tests.Minimisation;

public sealed class RecordShapeTests
{
    [Fact]
    public void Leaves_are_numbered_depth_first_by_ascending_field_number()
    {
        var shape = Compile(Outer.Descriptor);

        shape.Leaves.Select(leaf => (leaf.Number, leaf.Path)).ShouldBe(
        [
            (0, "inners.number"), (1, "inners.ratio"), (2, "inners.text"), (3, "inners.steps"), (4, "inners.plain_ratio"),
            (5, "inner.number"), (6, "inner.ratio"), (7, "inner.text"), (8, "inner.steps"), (9, "inner.plain_ratio"),
            (10, "at"),
            (11, "named.number"), (12, "named.ratio"), (13, "named.text"), (14, "named.steps"), (15, "named.plain_ratio"),
        ]);
        shape.All.ShouldBe(FieldSet.Range(0, 16));
        (shape.SubjectLeaf, shape.TimeLeaf).ShouldBe((-1, -1));
    }

    [Theory]
    [InlineData("at", 10, 11)]
    [InlineData("inner", 5, 10)]
    [InlineData("inners.text", 2, 3)]
    [InlineData("named", 11, 16)]
    public void A_path_names_a_leaf_or_all_leaves_under_a_parent(string path, int first, int end)
    {
        Compile(Outer.Descriptor).TryResolve(path, out var leaves).ShouldBeTrue();
        leaves.ShouldBe(FieldSet.Range(first, end));
    }

    [Theory]
    [InlineData("")]
    [InlineData("inner.")]
    [InlineData("Inner")]
    [InlineData("at.seconds")]
    [InlineData("named.value.text")]
    [InlineData("named.key")]
    public void Other_paths_name_nothing(string path) => Compile(Outer.Descriptor).TryResolve(path, out _).ShouldBeFalse();

    [Fact]
    public void The_paths_of_a_set_come_in_order() =>
        Compile(Outer.Descriptor).Paths(FieldSet.Of(10) | FieldSet.Of(0)).ShouldBe(["inners.number", "at"]);

    [Fact]
    public void Subject_and_time_may_lie_in_a_singular_message()
    {
        RecordShape.TryCompile(Outer.Descriptor, "inner.text", "at", out var shape, out _).ShouldBeTrue();
        (shape.SubjectLeaf, shape.TimeLeaf).ShouldBe((7, 10));
    }

    [Theory]
    [InlineData("nowhere", null, "The subject field nowhere is no field of exchange.tests.minimisation.EveryType.")]
    [InlineData("inner", null, "The subject field inner is a message; name one of the fields in it.")]
    [InlineData("a_int32", null, "The subject field a_int32 must be a string outside repeated fields, maps and oneofs.")]
    [InlineData("w_string", null, "The subject field w_string must be a string outside repeated fields, maps and oneofs.")]
    [InlineData("r_string", null, "The subject field r_string must be a string outside repeated fields, maps and oneofs.")]
    [InlineData("inners.text", null, "The subject field inners.text must be a string outside repeated fields, maps and oneofs.")]
    [InlineData("m_string.text", null, "The subject field m_string.text must be a string outside repeated fields, maps and oneofs.")]
    [InlineData("one_string", null, "The subject field one_string must be a string outside repeated fields, maps and oneofs.")]
    [InlineData("one_inner.text", null, "The subject field one_inner.text must be a string outside repeated fields, maps and oneofs.")]
    [InlineData(null, "a_int64", "The time field a_int64 must be a google.protobuf.Timestamp outside repeated fields, maps and oneofs.")]
    [InlineData(null, "duration", "The time field duration must be a google.protobuf.Timestamp outside repeated fields, maps and oneofs.")]
    [InlineData(null, "timestamps", "The time field timestamps must be a google.protobuf.Timestamp outside repeated fields, maps and oneofs.")]
    [InlineData(null, "one_timestamp", "The time field one_timestamp must be a google.protobuf.Timestamp outside repeated fields, maps and oneofs.")]
    public void A_subject_or_time_that_cannot_be_compared_is_a_problem(string? subject, string? time, string problem)
    {
        RecordShape.TryCompile(EveryType.Descriptor, subject, time, out var shape, out var problems).ShouldBeFalse();
        shape.ShouldBeNull();
        problems.ShouldBe([problem]);
    }

    [Theory]
    [InlineData("a_string")]
    [InlineData("o_string")]
    [InlineData("inner.text")]
    public void A_singular_string_can_be_the_subject(string path) =>
        RecordShape.TryCompile(EveryType.Descriptor, path, "timestamp", out _, out _).ShouldBeTrue();

    [Fact]
    public void Every_problem_is_reported_at_once()
    {
        var record = new DescriptorProto { Name = "Record" };
        record.Field.Add(
        [
            Field("anything", 1, ".google.protobuf.Any"), Field("tree", 2, ".google.protobuf.Struct"), Field("value", 3, ".google.protobuf.Value"),
            Field("list", 4, ".google.protobuf.ListValue"), Field("self", 5, ".odd.Record"), Field("fine", 6, ".google.protobuf.Timestamp"),
        ]);
        var file = Proto3("odd", record);
        file.Dependency.Add(["google/protobuf/any.proto", "google/protobuf/struct.proto", "google/protobuf/timestamp.proto"]);

        Problems(Build(file, AnyReflection.Descriptor, StructReflection.Descriptor, TimestampReflection.Descriptor), "name", "when").ShouldBe(
        [
            "anything is of type google.protobuf.Any, which can hold anything; name its fields instead.",
            "tree is of type google.protobuf.Struct, which can hold anything; name its fields instead.",
            "value is of type google.protobuf.Value, which can hold anything; name its fields instead.",
            "list is of type google.protobuf.ListValue, which can hold anything; name its fields instead.",
            "self is of type odd.Record, which contains itself; the paths of a record must be finite.",
            "The subject field name is no field of odd.Record.",
            "The time field when is no field of odd.Record.",
        ]);
    }

    [Fact]
    public void Only_proto3_without_groups_and_extensions_is_accepted()
    {
        var record = new DescriptorProto { Name = "Record" };
        var group = new DescriptorProto { Name = "Group" };
        record.NestedType.Add(group);
        record.Field.Add(Field("group", 1, ".old.Record.Group"));
        record.Field[0].Type = FieldType.Group;
        record.ExtensionRange.Add(new DescriptorProto.Types.ExtensionRange { Start = 100, End = 200 });
        var file = Proto3("old", record);
        file.Syntax = "proto2";

        Problems(Build(file)).ShouldBe(
        [
            "The record old.Record is declared in old.proto, which is not proto3.",
            "The record old.Record is of type old.Record, which admits extensions.",
            "group is a group, which no record may have.",
        ]);
    }

    [Fact]
    public void A_record_has_fields() =>
        Problems(Build(Proto3("empty", new DescriptorProto { Name = "Record" }))).ShouldBe(["The record empty.Record has no fields."]);

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_record_has_at_most_256_leaves(int leaves, bool isRight)
    {
        var record = new DescriptorProto { Name = "Record" };
        record.Field.Add(Enumerable.Range(1, leaves).Select(number => new FieldDescriptorProto { Name = $"f{number}", Number = number, Type = FieldType.Bool, Label = Label.Optional }));

        Problems(Build(Proto3("wide", record))).ShouldBe(isRight ? [] : ["f257 is one leaf path too many: a record has at most 256."]);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void A_record_has_at_most_32_levels(int levels, bool isRight)
    {
        var messages = Enumerable.Range(1, levels).Select(level => new DescriptorProto { Name = $"M{level}" }).ToArray();
        foreach (var (message, level) in messages.SkipLast(1).Select((message, index) => (message, index + 2)))
        {
            message.Field.Add(Field("m", 1, $".deep.M{level}"));
        }

        messages[^1].Field.Add(new FieldDescriptorProto { Name = "x", Number = 1, Type = FieldType.Bool, Label = Label.Optional });

        var problems = Problems(Build(Proto3("deep", messages)));
        problems.ShouldBe(isRight ? [] : [string.Join('.', Enumerable.Repeat("m", 32)) + " lies deeper than 32 levels of messages."]);
    }

    [Fact]
    public void A_type_that_only_calls_itself_a_timestamp_is_a_problem()
    {
        var record = new DescriptorProto { Name = "Record" };
        record.Field.Add(Field("at", 1, ".google.protobuf.Timestamp"));
        var impostor = new DescriptorProto { Name = "Timestamp" };
        impostor.Field.Add(new FieldDescriptorProto { Name = "name", Number = 1, Type = FieldType.String, Label = Label.Optional });

        Problems(Build(Proto3("google.protobuf", record, impostor))).ShouldBe(["at is of a type called google.protobuf.Timestamp that is not the well-known type of this name."]);
    }

    [Fact]
    public void Only_shapes_that_can_grow_ask_for_more_than_the_record()
    {
        ReleasePlan.Keeping(Compile(Duration.Descriptor)).MaximumOutput(1000).ShouldBe(1000);
        ReleasePlan.Keeping(Compile(Inner.Descriptor)).MaximumOutput(1000).ShouldBe(2000);
        Should.Throw<OverflowException>(() => ReleasePlan.Keeping(Compile(Inner.Descriptor)).MaximumOutput(int.MaxValue));
    }

    private static RecordShape Compile(MessageDescriptor record)
    {
        RecordShape.TryCompile(record, subjectPath: null, timePath: null, out var shape, out var problems).ShouldBeTrue(string.Join('\n', problems));
        return shape!;
    }

    private static IReadOnlyList<string> Problems(MessageDescriptor record, string? subject = null, string? time = null)
    {
        RecordShape.TryCompile(record, subject, time, out _, out var problems);
        return problems;
    }

    private static MessageDescriptor Build(FileDescriptorProto file, params FileDescriptor[] imports) =>
        FileDescriptor.BuildFromByteStrings([.. imports.Select(import => import.SerializedData), file.ToByteString()])[^1].MessageTypes[0];

    private static FileDescriptorProto Proto3(string package, params DescriptorProto[] messages)
    {
        var file = new FileDescriptorProto { Name = $"{package}.proto", Package = package, Syntax = "proto3" };
        file.MessageType.Add(messages);
        return file;
    }

    private static FieldDescriptorProto Field(string name, int number, string type) =>
        new() { Name = name, Number = number, Type = FieldType.Message, TypeName = type, Label = Label.Optional };
}
