using System.Text;
using Exchange.Policy.Minimisation;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

public sealed class MinimiserTests
{
    private static readonly RecordShape Every = Compile(EveryType.Descriptor);

    /// <summary>Each way of being malformed that docs/minimisation.md names, by a record of a few bytes.</summary>
    public static TheoryData<string, string> Malformations => new()
    {
        { "a tag without a value", "08" },
        { "a length beyond the record", "720561" },
        { "a length beyond the record, of an unknown field", "C20C0561" },
        { "a length beyond the enclosing message", "DA05031A03616263" },
        { "a message beyond the record", "DA05051A0161" },
        { "a varint that does not end", "10FFFF" },
        { "a varint of eleven bytes", "18FFFFFFFFFFFFFFFFFF8100" },
        { "a varint above 64 bits", "18FFFFFFFFFFFFFFFFFF02" },
        { "an over-long varint", "188100" },
        { "an over-long zero", "188000" },
        { "an over-long tag", "880001" },
        { "an over-long length", "72810061" },
        { "an over-long varint of an unknown field", "C00C8100" },
        { "an over-long element of a packed run", "8202028100" },
        { "field 0", "0001" },
        { "a field number above 2^29-1", "80808080100101" },
        { "a group of a known field", "DB05DC05" },
        { "a group of an unknown field", "C30CC40C" },
        { "wire type 6", "0E" },
        { "wire type 7 of an unknown field", "C70C" },
        { "a wire type that is not the field's", "0D01000000" },
        { "a singular scalar in packed form", "120101" },
        { "a packed element that reaches beyond its run", "8202018001" },
        { "a packed run of fixed32 of three bytes", "B20203010203" },
        { "a singular scalar twice", "08010801" },
        { "a singular message twice", "DA0500DA0500" },
        { "two members of a oneof", "EA030161F00301" },
        { "one member of a oneof twice", "F00301F00301" },
        { "a key of a map twice", "BA040408011001BA040408011002" },
        { "a default key of a map twice, absent and written", "9205009205020A00" },
        { "two keys in one entry of a map", "BA040408010801" },
        { "a bool of 2", "0802" },
        { "a bool of 2 in a packed run", "FA010102" },
        { "an int32 that is not sign-extended", "10FFFFFFFF0F" },
        { "an enum that is not sign-extended", "8001FFFFFFFF0F" },
        { "a uint32 of 33 bits", "208080808010" },
        { "a sint32 of 33 bits", "308080808010" },
        { "text that is not UTF-8", "7202C0AF" },
        { "a surrogate in text", "7203EDA080" },
        { "text that is not UTF-8 in a message", "DA05041A02C0AF" },
        { "text that is not UTF-8 as a key of a map", "9205030A01FF" },
        { "a timestamp before the year 1", "AA060B08FF91B8C398FEFFFFFF01" },
        { "a timestamp after the year 9999", "AA0607088083D1FFAF07" },
        { "nanoseconds below zero", "AA060B10FFFFFFFFFFFFFFFFFF01" },
        { "nanoseconds of a second", "AA0606108094EBDC03" },
        { "a duration of ten thousand years and a second", "B206070881BCAECE9709" },
        { "a duration of two signs", "B2060D080110FFFFFFFFFFFFFFFFFF01" },
    };

    [Theory]
    [MemberData(nameof(Malformations))]
    public void A_malformed_record_is_refused_whether_or_not_the_field_is_released(string what, string hex)
    {
        var record = Convert.FromHexString(hex);
        Should.Throw<MalformedException>(() => TreeOracle.Parse(EveryType.Descriptor, record), what);
        foreach (var released in new[] { Every.All, FieldSet.Empty })
        {
            Minimise(Every, released, record, default).ShouldBe((MinimisationVerdict.Malformed, ""), what);

            // Behind something that was already written, and behind something that sends it the slower way.
            Minimise(Every, released, [8, 1, .. hex.StartsWith("08", StringComparison.Ordinal) ? [8, 1] : record], default).Verdict.ShouldBe(MinimisationVerdict.Malformed, what);
            Minimise(Every, released, [.. new EveryType { Empty = new() }.ToByteArray(), .. record], default).Verdict.ShouldBe(MinimisationVerdict.Malformed, what);
        }
    }

    [Fact]
    public void What_is_released_of_an_order_can_be_read_off()
    {
        var order = new Outer
        {
            Inner = new() { Number = 1, Text = "kept" },
            Inners = { new Inner { Number = 2, Text = "first" }, new Inner { Steps = { -1, 1 } } },
            Named = { ["key"] = new Inner { Text = "value", Ratio = 0 } },
            At = new() { Seconds = 5 },
        };
        var shape = Compile(Outer.Descriptor);

        var (verdict, output) = Minimise(shape, Set(shape, "inner.text", "inners.steps", "named.ratio"), order.ToByteArray(), default);

        verdict.ShouldBe(MinimisationVerdict.Released);
        Outer.Parser.ParseFrom(Convert.FromHexString(output)).ShouldBe(new Outer
        {
            Inner = new() { Text = "kept" },
            Inners = { new Inner(), new Inner { Steps = { -1, 1 } } },
            Named = { ["key"] = new Inner { Ratio = 0 } },
        });
    }

    [Fact]
    public void A_record_is_released_only_if_it_names_the_requested_subject()
    {
        RecordShape.TryCompile(Inner.Descriptor, "text", timePath: null, out var shape, out _).ShouldBeTrue();
        var record = new Inner { Number = 7, Text = "Анна" }.ToByteArray();
        var number = Set(shape, "number");

        MinimisationVerdict Ask(string subject, byte[] bytes) => Minimise(shape, number, bytes, new() { Subject = Encoding.UTF8.GetBytes(subject) }).Verdict;

        Minimise(shape, number, record, new() { Subject = "Анна"u8 }).ShouldBe((MinimisationVerdict.Released, "0807"));
        Ask("Анн", record).ShouldBe(MinimisationVerdict.WrongSubject);
        Ask("анна", record).ShouldBe(MinimisationVerdict.WrongSubject);
        Ask("", record).ShouldBe(MinimisationVerdict.WrongSubject);
        Ask("Анна", []).ShouldBe(MinimisationVerdict.WrongSubject);
        Ask("", []).ShouldBe(MinimisationVerdict.WrongSubject, "an absent subject is not the empty one");
        Ask("Анна", [.. record, 0xFF]).ShouldBe(MinimisationVerdict.Malformed, "a malformed record says nothing about its subject");
        Minimise(Compile(Inner.Descriptor), number, record, new() { Subject = "Анна"u8 }).Verdict.ShouldBe(MinimisationVerdict.WrongSubject, "no subject field to compare");
    }

    [Fact]
    public void A_record_is_released_only_within_the_period()
    {
        RecordShape.TryCompile(Outer.Descriptor, subjectPath: null, "at", out var shape, out _).ShouldBeTrue();
        const long Microsecond = 1_700_000_000_000_001;
        var record = new Outer { At = new() { Seconds = 1_700_000_000, Nanos = 1_999 } }.ToByteArray();

        MinimisationVerdict Ask(long start, long end, byte[]? other = null) => Minimise(shape, FieldSet.Empty, other ?? record, new() { Start = start, End = end }).Verdict;

        Ask(0, 0).ShouldBe(MinimisationVerdict.Released);
        Ask(Microsecond, Microsecond + 1).ShouldBe(MinimisationVerdict.Released);
        Ask(0, Microsecond).ShouldBe(MinimisationVerdict.OutsidePeriod);
        Ask(Microsecond + 1, 0).ShouldBe(MinimisationVerdict.OutsidePeriod);
        Ask(0, 0, []).ShouldBe(MinimisationVerdict.Released);
        Ask(1, 0, []).ShouldBe(MinimisationVerdict.OutsidePeriod);
        Ask(0, long.MaxValue, []).ShouldBe(MinimisationVerdict.OutsidePeriod);
        Minimise(Compile(Outer.Descriptor), FieldSet.Empty, record, new() { Start = 1 }).Verdict.ShouldBe(MinimisationVerdict.OutsidePeriod, "no time field to compare");
    }

    [Fact]
    public void An_output_that_could_be_too_short_is_refused_before_anything_is_written()
    {
        var record = new Inner { Number = 7 }.ToByteArray();
        Should.Throw<ArgumentException>(() => Minimiser.Minimise(ReleasePlan.Keeping(Every), Every.All, null, record, default, new byte[record.Length]));
    }

    [Fact]
    public void Twenty_thousand_keys_of_a_map_are_told_apart()
    {
        var record = new EveryType();
        record.MUint32.Add(Enumerable.Range(0, 20_000).ToDictionary(key => (uint)key, key => 1d));
        var bytes = record.ToByteArray();

        Minimise(Every, Every.All, bytes, default).ShouldBe((MinimisationVerdict.Released, Convert.ToHexString(bytes)));
        Minimise(Every, Every.All, [.. bytes, .. bytes.AsSpan(^15)], default).Verdict.ShouldBe(MinimisationVerdict.Malformed);
    }

    [Fact]
    public void Minimising_in_steady_state_allocates_nothing()
    {
        var message = new EveryType
        {
            AString = "Анна", ADouble = 1.5, PInt32 = { 1, -1, 300 }, UDouble = { 1, 2 }, OneInner = new() { Text = "x" }, Timestamp = new() { Seconds = 1 },
            MString = { ["a"] = new() { Number = 1 }, ["b"] = new() }, Outers = { new Outer { Inner = new() { Text = "y" }, At = new() { Nanos = 1 } } },
        };
        message.MInt32.Add(Enumerable.Range(0, 100).ToDictionary(key => key, key => "value"));
        var record = message.ToByteArray();
        var plan = ReleasePlan.Keeping(Every);
        var output = new byte[plan.MaximumOutput(record.Length)];
        var some = Every.All.Except(Set(Every, "outers.inner")).Except(Set(Every, "m_string.text"));

        void Run(int times)
        {
            for (; times > 0; times--)
            {
                Minimiser.Minimise(plan, Every.All, null, record, default, output).Verdict.ShouldBeReleased();
                Minimiser.Minimise(plan, some, null, record, default, output).Verdict.ShouldBeReleased();
            }
        }

        Run(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static RecordShape Compile(MessageDescriptor record)
    {
        RecordShape.TryCompile(record, subjectPath: null, timePath: null, out var shape, out var problems).ShouldBeTrue(string.Join('\n', problems));
        return shape!;
    }

    private static FieldSet Set(RecordShape shape, params string[] paths)
    {
        var set = FieldSet.Empty;
        foreach (var path in paths)
        {
            shape.TryResolve(path, out var leaves).ShouldBeTrue(path);
            set |= leaves;
        }

        return set;
    }

    private static (MinimisationVerdict Verdict, string Output) Minimise(RecordShape shape, FieldSet released, byte[] record, RecordGuard guard)
    {
        var plan = ReleasePlan.Keeping(shape);
        var output = new byte[plan.MaximumOutput(record.Length)];
        var (verdict, written, _) = Minimiser.Minimise(plan, released, null, record, guard, output);
        output.AsSpan(written).IndexOfAnyExcept((byte)0).ShouldBe(-1);
        return (verdict, Convert.ToHexString(output.AsSpan(0, written)));
    }
}

/// <summary>An assertion that allocates nothing when it holds.</summary>
internal static class VerdictAssertions
{
    public static void ShouldBeReleased(this MinimisationVerdict verdict) => Assert.True(verdict == MinimisationVerdict.Released);
}
