using Exchange.Policy.Minimisation;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>What becomes of a value, by examples that can be read off.</summary>
public sealed class ChangedValueTests
{
    private static readonly PseudonymKey Key = new([.. Enumerable.Range(0, PseudonymKey.Size).Select(part => (byte)part)]);

    [Theory]
    [InlineData("+70001234567", 4, true, "***4567")]
    [InlineData("+70001234567", 2, false, "+7***")]
    [InlineData("Иванова", 4, false, "Ив***")]
    [InlineData("Иванова", 4, true, "***ва")]
    [InlineData("Цой", 4, false, "Ц***")]
    [InlineData("Ли", 4, false, "***")]
    [InlineData("a", 4, true, "***")]
    [InlineData("🦊b🦊d🦊f", 9, true, "***🦊f")]
    [InlineData("anything", 0, false, "***")]
    [InlineData("", 4, false, "")]
    public void A_mask_shows_at_most_a_third_and_no_length(string text, int characters, bool fromEnd, string expected) =>
        Text(text, new FieldAction.Mask(characters, fromEnd)).ShouldBe(expected);

    [Theory]
    [InlineData("Тонометр", 3, "Тон")]
    [InlineData("a🦊c", 2, "a🦊")]
    [InlineData("abc", 3, "abc")]
    [InlineData("abc", int.MaxValue, "abc")]
    public void A_text_is_truncated_and_a_code_generalised_by_characters(string text, int characters, string expected)
    {
        Text(text, new FieldAction.Truncate(characters)).ShouldBe(expected);
        Text(text, new FieldAction.GeneraliseCode(characters)).ShouldBe(expected);
    }

    [Fact]
    public void Bytes_are_truncated_by_bytes() =>
        Change(new EveryType { ABytes = ByteString.CopyFrom(1, 0, 3) }, "a_bytes", new FieldAction.Truncate(2)).ABytes.ShouldBe(ByteString.CopyFrom(1, 0));

    [Theory]
    [InlineData(1234, 1000, 1000)]
    [InlineData(999, 1000, 0)]
    [InlineData(-1, 1000, -1000)]
    [InlineData(-1000, 1000, -1000)]
    [InlineData(int.MinValue, 1000, -2_147_483_000)]
    [InlineData(int.MinValue, 5_000_000_000, 0)]
    [InlineData(int.MaxValue, 5_000_000_000, 0)]
    public void A_number_goes_down_to_a_multiple_or_up_to_the_least_that_its_type_has(int number, long step, int expected)
    {
        var record = new EveryType { AInt32 = number, ASint32 = number, ASfixed32 = number };

        Change(record, "a_int32", new FieldAction.GeneraliseNumber(step)).AInt32.ShouldBe(expected);
        Change(record, "a_sint32", new FieldAction.GeneraliseNumber(step)).ASint32.ShouldBe(expected);
        Change(record, "a_sfixed32", new FieldAction.GeneraliseNumber(step)).ASfixed32.ShouldBe(expected);
    }

    [Fact]
    public void The_largest_numbers_keep_to_their_types()
    {
        var record = new EveryType { AInt64 = long.MinValue, ASint64 = long.MinValue, AUint64 = ulong.MaxValue, AFixed64 = ulong.MaxValue, AUint32 = uint.MaxValue };

        Change(record, "a_int64", new FieldAction.GeneraliseNumber(long.MaxValue)).AInt64.ShouldBe(-long.MaxValue);
        Change(record, "a_sint64", new FieldAction.GeneraliseNumber(1000)).ASint64.ShouldBe(-9_223_372_036_854_775_000);
        Change(record, "a_uint64", new FieldAction.GeneraliseNumber(long.MaxValue)).AUint64.ShouldBe(ulong.MaxValue - 1);
        Change(record, "a_fixed64", new FieldAction.GeneraliseNumber(10)).AFixed64.ShouldBe(18_446_744_073_709_551_610);
        Change(record, "a_uint32", new FieldAction.GeneraliseNumber(1 << 16)).AUint32.ShouldBe(0xFFFF0000);
    }

    [Theory]
    [InlineData("2024-02-29T23:59:59.999Z", CalendarUnit.Day, "2024-02-29T00:00:00Z")]
    [InlineData("2024-02-29T23:59:59.999Z", CalendarUnit.Month, "2024-02-01T00:00:00Z")]
    [InlineData("2024-02-29T23:59:59.999Z", CalendarUnit.Year, "2024-01-01T00:00:00Z")]
    [InlineData("1969-12-31T23:59:59Z", CalendarUnit.Day, "1969-12-31T00:00:00Z")]
    [InlineData("1970-01-01T00:00:01Z", CalendarUnit.Month, "1970-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", CalendarUnit.Year, "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z", CalendarUnit.Year, "9999-01-01T00:00:00Z")]
    public void A_time_goes_back_to_when_its_day_month_or_year_began(string time, CalendarUnit unit, string expected)
    {
        var record = new EveryType { Timestamp = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(time)) };
        Change(record, "timestamp", new FieldAction.GeneraliseTime(unit)).Timestamp.ShouldBe(Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(expected)));
    }

    [Fact]
    public void A_pseudonym_is_the_beginning_of_an_hmac()
    {
        // printf %s 70000001 | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY | cut -c1-32, the key being the bytes 00 to 1f
        Text("70000001", new FieldAction.Pseudonymise()).ShouldBe("dedfc0a80a88f9705d2d4949006b8a7b");
        Change(new EveryType { ABytes = ByteString.CopyFromUtf8("70000001") }, "a_bytes", new FieldAction.Pseudonymise()).ABytes
            .ShouldBe(ByteString.CopyFrom(Convert.FromHexString("dedfc0a80a88f9705d2d4949006b8a7b")));
        Text("", new FieldAction.Pseudonymise()).ShouldBe("");
    }

    [Fact]
    public void A_pseudonym_is_another_for_another_consumer()
    {
        var record = new EveryType { AString = "70000001" };
        var other = new PseudonymKey(new byte[PseudonymKey.Size]);
        Change(record, "a_string", new FieldAction.Pseudonymise(), other).AString.ShouldNotBe(Change(record, "a_string", new FieldAction.Pseudonymise()).AString);
    }

    [Fact]
    public void Without_a_key_nothing_is_pseudonymised()
    {
        var shape = Shape(EveryType.Descriptor);
        var plan = Plan(shape, "a_string", new FieldAction.Pseudonymise());
        Should.Throw<ArgumentNullException>(() => Minimiser.Minimise(plan, shape.All, null, [], default, new byte[1000]));
        Minimiser.Minimise(plan, FieldSet.Empty, null, [], default, new byte[1000]).Verdict.ShouldBe(MinimisationVerdict.Released);
    }

    [Fact]
    public void Elements_and_values_of_maps_are_changed_and_keys_are_not()
    {
        var record = new EveryType
        {
            RString = { "longer", "", "b" },
            PSint64 = { -1, 5, 10 },
            UInt32 = { 19, 20 },
            MInt32 = { [1] = "value" },
            MBool = { [true] = 7 },
            MTimestamp = { ["at"] = new() { Seconds = 86_401, Nanos = 1 } },
            MWrapper = { ["w"] = "wrapped" },
            WInt64 = 15,
            OInt32 = 3,
        };

        Change(record, "r_string", new FieldAction.Truncate(2)).RString.ShouldBe(["lo", "", "b"]);
        Change(record, "p_sint64", new FieldAction.GeneraliseNumber(10)).PSint64.ShouldBe([-10, 0, 10]);
        Change(record, "u_int32", new FieldAction.GeneraliseNumber(10)).UInt32.ShouldBe([10, 20]);
        Change(record, "m_int32", new FieldAction.Mask(1, FromEnd: false)).MInt32.ShouldBe(new Dictionary<int, string> { [1] = "v***" });
        Change(record, "m_bool", new FieldAction.GeneraliseNumber(10)).MBool.ShouldBe(new Dictionary<bool, int> { [true] = 0 });
        Change(record, "m_timestamp", new FieldAction.GeneraliseTime(CalendarUnit.Day)).MTimestamp["at"].ShouldBe(new Timestamp { Seconds = 86_400 });
        Change(record, "m_wrapper", new FieldAction.Truncate(4)).MWrapper["w"].ShouldBe("wrap");
        Change(record, "w_int64", new FieldAction.GeneraliseNumber(10)).WInt64.ShouldBe(10);
        Change(record, "o_int32", new FieldAction.GeneraliseNumber(10)).HasOInt32.ShouldBeTrue("presence that is said stays, though the value is zero now");
    }

    [Fact]
    public void Guards_and_constraints_see_the_value_as_it_was()
    {
        FieldConstraint? ConstraintOf(FieldDescriptor field) => field.Name == "text" ? new() { Pattern = "[0-9]{8}", MaximumLength = 8 } : null;
        RecordShape.TryCompile(Inner.Descriptor, "text", timePath: null, ConstraintOf, out var shape, out _).ShouldBeTrue();
        var plan = Plan(shape!, "text", new FieldAction.Mask(2, FromEnd: false));
        var output = new byte[100];

        MinimisationOutcome Ask(string text) => Minimiser.Minimise(plan, shape!.All, null, new Inner { Text = text }.ToByteArray(), new() { Subject = "70000001"u8 }, output);

        var outcome = Ask("70000001");
        outcome.Verdict.ShouldBe(MinimisationVerdict.Released);
        Inner.Parser.ParseFrom(output, 0, outcome.Length).Text.ShouldBe("70***");
        Ask("70000002").Verdict.ShouldBe(MinimisationVerdict.WrongSubject);
        Ask("7000000x").ShouldBe(new MinimisationOutcome(MinimisationVerdict.Invalid, 0, new("text", shape!.All & FieldSet.Of(Leaf(shape, "text").Number), ConstraintRule.Pattern)));
        Ask("700000011").Breach!.Rule.ShouldBe(ConstraintRule.MaximumLength);
        Ask("70000001\n").Breach!.Rule.ShouldBe(ConstraintRule.MaximumLength);
    }

    [Fact]
    public void What_is_required_must_be_there_in_every_instance_of_its_message()
    {
        FieldConstraint? ConstraintOf(FieldDescriptor field) => field.Name is "number" or "at" ? new() { Required = true } : null;
        RecordShape.TryCompile(Outer.Descriptor, subjectPath: null, timePath: null, ConstraintOf, out var shape, out _).ShouldBeTrue();
        var plan = ReleasePlan.Keeping(shape!);

        (string? Path, ConstraintRule? Rule) Breach(Outer record)
        {
            var bytes = record.ToByteArray();
            var breach = Minimiser.Minimise(plan, FieldSet.Empty, null, bytes, default, new byte[plan.MaximumOutput(bytes.Length)]).Breach;
            return (breach?.Path, breach?.Rule);
        }

        var at = new Timestamp();
        Breach(new Outer()).ShouldBe(("at", ConstraintRule.Required));
        Breach(new Outer { At = at }).ShouldBe((null, null));
        Breach(new Outer { At = at, Inner = new() { Text = "x" } }).ShouldBe(("inner.number", ConstraintRule.Required));
        Breach(new Outer { At = at, Inners = { new Inner { Number = 1 }, new Inner() } }).ShouldBe(("inners.number", ConstraintRule.Required));
        Breach(new Outer { At = at, Named = { ["key"] = new Inner { Number = 1 } } }).ShouldBe((null, null));
        Breach(new Outer { At = at, Named = { ["key"] = new Inner() } }).ShouldBe(("named.number", ConstraintRule.Required));
    }

    [Fact]
    public void A_constraint_that_its_field_cannot_break_is_a_problem()
    {
        IReadOnlyList<string> Problems(string path, FieldConstraint constraint)
        {
            RecordShape.TryCompile(EveryType.Descriptor, null, null, field => field.Name == path ? constraint : null, out _, out var problems);
            return problems;
        }

        Problems("a_int32", new() { Pattern = "a" }).ShouldHaveSingleItem().ShouldContain("a_int32: a pattern");
        Problems("a_string", new() { Pattern = "(" }).ShouldHaveSingleItem().ShouldContain("a pattern");
        Problems("a_string", new() { Pattern = "a)|(b" }).ShouldHaveSingleItem().ShouldContain("a pattern");
        Problems("a_string", new() { Pattern = "(a)\\1" }).ShouldHaveSingleItem().ShouldContain("a pattern");
        Problems("a_bool", new() { MaximumLength = 1 }).ShouldHaveSingleItem().ShouldContain("maximum_length");
        Problems("a_string", new() { Minimum = 1 }).ShouldHaveSingleItem().ShouldContain("minimum");
        Problems("a_int32", new() { Minimum = 2, Maximum = 1 }).ShouldHaveSingleItem().ShouldContain("in this order");
        Problems("timestamp", new() { Required = true }).ShouldBeEmpty();
    }

    private static string Text(string text, FieldAction action) => Change(new EveryType { AString = text }, "a_string", action).AString;

    private static EveryType Change(EveryType record, string path, FieldAction action, PseudonymKey? key = null)
    {
        var plan = Plan(Shape(EveryType.Descriptor), path, action);
        var bytes = record.ToByteArray();
        var output = new byte[plan.MaximumOutput(bytes.Length)];
        var outcome = Minimiser.Minimise(plan, plan.Shape.All, key ?? Key, bytes, default, output);
        outcome.Verdict.ShouldBe(MinimisationVerdict.Released);
        return EveryType.Parser.ParseFrom(output, 0, outcome.Length);
    }

    private static ReleasePlan Plan(RecordShape shape, string path, FieldAction action) =>
        ReleasePlan.Compile(shape, shape.Leaves.Select(leaf => leaf.Path == path ? action : null));

    private static Leaf Leaf(RecordShape shape, string path) => shape.Leaves.Single(leaf => leaf.Path == path);

    private static RecordShape Shape(MessageDescriptor type)
    {
        RecordShape.TryCompile(type, subjectPath: null, timePath: null, out var shape, out _).ShouldBeTrue();
        return shape!;
    }
}
