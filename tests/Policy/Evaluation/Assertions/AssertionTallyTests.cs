using System.Collections.Immutable;
using System.Globalization;
using Exchange.Documents;
using Exchange.Policy.Evaluation.Assertions;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Policy.Tests.Minimisation;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Policy.Tests.Evaluation.Assertions;

public sealed class AssertionTallyTests
{
    private static readonly string[] Numbers =
    [
        "a_int32", "a_int64", "a_uint32", "a_uint64", "a_sint32", "a_sint64", "a_fixed32", "a_fixed64", "a_sfixed32", "a_sfixed64", "o_int32", "o_sint64", "o_fixed32",
        "p_int32", "p_int64", "p_uint32", "p_uint64", "p_sint32", "p_sint64", "p_fixed32", "p_fixed64", "p_sfixed32", "p_sfixed64", "u_int32", "u_sint64", "u_fixed32",
        "one_int32", "inner.number", "inners.number", "inners.steps", "outers.inner.number", "outers.inners.steps",
    ];

    private static readonly string[] Others =
        ["a_bool", "a_double", "a_string", "a_bytes", "a_colour", "o_string", "p_bool", "p_double", "u_double", "r_string", "inner", "inners", "outers.inners.text", "timestamps", "nothings"];

    /// <summary>Against the values that the generated type's own reflection finds, summed and compared by LINQ.</summary>
    [Fact]
    public void Every_function_on_every_type_says_what_the_parsed_records_say()
    {
        var random = new Random(20261122);
        var seen = new HashSet<AssertionVerdict>();
        foreach (var path in Numbers.Concat(Others))
        {
            foreach (var function in Numbers.Contains(path) ? System.Enum.GetValues<AssertionFunction>() : [AssertionFunction.Count, AssertionFunction.Exists])
            {
                for (var i = 0; i < 30; i++)
                {
                    var records = Enumerable.Range(0, random.Next(4)).Select(_ => Next(random)).ToList();
                    var (there, numbers) = ValuesAt(path, records, function);
                    var literal = numbers.Count > 0 && random.Next(2) == 0 ? numbers[random.Next(numbers.Count)] : random.Next(-3, 8);
                    var comparison = (Comparison)random.Next(6);

                    var verdict = Ask(function, path, new Threshold(comparison, literal), records);

                    verdict.ShouldBe(Expected(function, comparison, literal, there, numbers), $"{function}({path}) {comparison} {literal} of {string.Join(", ", records)}");
                    seen.Add(verdict);
                }
            }
        }

        seen.Count.ShouldBe(3);
    }

    [Fact]
    public void Times_are_compared_to_the_microsecond()
    {
        var record = new EveryType { Timestamps = { new Timestamp { Seconds = 1_000, Nanos = 1_999 }, new Timestamp { Seconds = -5 } } };

        Ask(AssertionFunction.Max, "timestamps", new(Comparison.Equal, 1_000_000_001), [record]).ShouldBe(AssertionVerdict.True);
        Ask(AssertionFunction.Min, "timestamps", new(Comparison.Equal, -5_000_000), [record]).ShouldBe(AssertionVerdict.True);
        Ask(AssertionFunction.Max, "timestamps", new(Comparison.GreaterOrEqual, 1_000_000_002), [record]).ShouldBe(AssertionVerdict.False);
    }

    [Theory]
    [InlineData("sum(total) > 999 GBP", new[] { 400L, 600L }, new[] { "GBP", "GBP" }, AssertionVerdict.True)]
    [InlineData("sum(total) > 999 GBP", new[] { 400L, 599L }, new[] { "GBP", "GBP" }, AssertionVerdict.False)]
    [InlineData("sum(total) > 999 GBP", new[] { 400L, 6_000L }, new[] { "GBP", "EUR" }, AssertionVerdict.Undecided)]
    [InlineData("sum(total) > 999 GBP", new[] { 4_000L }, new[] { "" }, AssertionVerdict.Undecided)]
    [InlineData("sum(total) < 0 GBP", new[] { -1L, 0L }, new[] { "GBP", "GBP" }, AssertionVerdict.True)]
    [InlineData("sum(total) > 18446744073709551612 GBP", new[] { long.MaxValue, long.MaxValue }, new[] { "GBP", "GBP" }, AssertionVerdict.True)]
    [InlineData("max(total) >= 7 GBP", new[] { 6L, 7L }, new[] { "GBP", "GBP" }, AssertionVerdict.True)]
    [InlineData("min(total) >= 7 GBP", new[] { 6L, 7L }, new[] { "GBP", "GBP" }, AssertionVerdict.False)]
    [InlineData("min(total) >= 7 GBP", new long[0], new string[0], AssertionVerdict.Undecided)]
    [InlineData("sum(total) = 0 GBP", new long[0], new string[0], AssertionVerdict.True)]
    [InlineData("count(total) = 2", new[] { 6L, 7L }, new[] { "GBP", "EUR" }, AssertionVerdict.True)]
    public void Money_is_added_in_one_currency_or_not_at_all(string expression, long[] amounts, string[] currencies, AssertionVerdict expected)
    {
        var text = SomePolicy.Text.Replace(
            "basis: consent\n", $"basis: consent\n    assertions: [{{id: asked, expression: \"{expression}\"}}]\n    assertion_budget: {{evaluations: 1, per: day}}\n", StringComparison.Ordinal);
        var policy = SomePolicy.Load(text, out var said).ShouldNotBeNull(string.Join('\n', said));
        var tally = new AssertionTally(policy.Rules.Single(rule => rule.Assertions.Length > 0).Assertions.Single());
        foreach (var (amount, currency) in amounts.Zip(currencies))
        {
            tally.Add(Order(amount, currency));
        }

        tally.Verdict.ShouldBe(expected);
    }

    private static AssertionVerdict Ask(AssertionFunction function, string path, Threshold threshold, List<EveryType> records)
    {
        var fields = FieldsOf(path);
        var operand = function is AssertionFunction.Count or AssertionFunction.Exists ? AssertionOperand.Presence
            : fields[^1].FieldType == FieldType.Message ? AssertionOperand.Time
            : AssertionOperand.Integer;
        var expression = new AssertionExpression(function, path, fields, operand, FieldSet.Empty, function == AssertionFunction.Exists ? null : threshold, path);
        var tally = new AssertionTally(new Assertion("asked", expression, window: null, default));
        records.ForEach(record => tally.Add(record.ToByteArray()));
        return tally.Verdict;
    }

    private static AssertionVerdict Expected(AssertionFunction function, Comparison comparison, Int128 literal, int there, List<Int128> numbers)
    {
        var result = function switch
        {
            AssertionFunction.Exists => there > 0 ? literal : (Int128?)null,
            AssertionFunction.Count => there,
            AssertionFunction.Sum => numbers.Aggregate((Int128)0, (sum, number) => sum + number),
            _ when numbers.Count == 0 => null,
            AssertionFunction.Min => numbers.Min(),
            _ => numbers.Max(),
        };
        if (function == AssertionFunction.Exists)
        {
            return result is null ? AssertionVerdict.False : AssertionVerdict.True;
        }

        if (result is not { } value)
        {
            return AssertionVerdict.Undecided;
        }

        var order = value.CompareTo(literal);
        var holds = comparison switch
        {
            Comparison.Less => order < 0,
            Comparison.LessOrEqual => order <= 0,
            Comparison.Equal => order == 0,
            Comparison.NotEqual => order != 0,
            Comparison.GreaterOrEqual => order >= 0,
            _ => order > 0,
        };
        return holds ? AssertionVerdict.True : AssertionVerdict.False;
    }

    /// <summary>How many values are there to be counted, and the numbers, an absent one of implicit presence as zero.</summary>
    private static (int There, List<Int128> Numbers) ValuesAt(string path, List<EveryType> records, AssertionFunction function)
    {
        var fields = FieldsOf(path);
        IEnumerable<IMessage> messages = records;
        foreach (var field in fields.SkipLast(1))
        {
            messages = messages.SelectMany(message => Occurrences(field, message).Cast<IMessage>()).ToList();
        }

        var last = fields[^1];
        var values = messages.SelectMany(message => Occurrences(last, message)).ToList();
        var there = last.IsRepeated || last.HasPresence ? values.Count : values.Count(IsNotZero);
        return (there, function is AssertionFunction.Count or AssertionFunction.Exists ? [] : values.ConvertAll(value => Int128.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture)));
    }

    private static IEnumerable<object> Occurrences(FieldDescriptor field, IMessage message) =>
        field.IsRepeated ? ((System.Collections.IEnumerable)field.Accessor.GetValue(message)).Cast<object>()
        : !field.HasPresence || field.Accessor.HasValue(message) ? [field.Accessor.GetValue(message)]
        : [];

    private static bool IsNotZero(object value) => value switch
    {
        string text => text.Length > 0,
        ByteString bytes => bytes.Length > 0,
        bool flag => flag,
        System.Enum member => Convert.ToInt32(member, CultureInfo.InvariantCulture) != 0,
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture) != 0,
    };

    private static ImmutableArray<FieldDescriptor> FieldsOf(string path)
    {
        var fields = ImmutableArray.CreateBuilder<FieldDescriptor>();
        var message = EveryType.Descriptor;
        foreach (var name in path.Split('.'))
        {
            var field = message.FindFieldByName(name);
            fields.Add(field);
            message = field.FieldType == FieldType.Message ? field.MessageType : message;
        }

        return fields.ToImmutable();
    }

    /// <summary>A record in which each field is there or not, with numbers at the ends of their types among them.</summary>
    private static EveryType Next(Random random)
    {
        var record = new EveryType();
        foreach (var field in EveryType.Descriptor.Fields.InDeclarationOrder().Where(field => !field.IsMap && field.ContainingOneof is null or { IsSynthetic: true }))
        {
            Fill(record, field, random, depth: 0);
        }

        if (random.Next(3) == 0)
        {
            record.OneInt32 = random.Next(-3, 4);
        }

        return record;
    }

    private static void Fill(IMessage message, FieldDescriptor field, Random random, int depth)
    {
        if (field.IsMap || Value(field, random, depth) is not { } value)
        {
            return;
        }

        if (field.IsRepeated)
        {
            var list = (System.Collections.IList)field.Accessor.GetValue(message);
            for (var i = random.Next(4); i > 0; i--)
            {
                list.Add(Value(field, random, depth));
            }
        }
        else if (random.Next(3) > 0)
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private static object? Value(FieldDescriptor field, Random random, int depth)
    {
        var small = random.Next(-3, 4);
        var isEnd = random.Next(6) == 0;
        return field.FieldType switch
        {
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => isEnd ? int.MinValue : small,
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => isEnd ? long.MinValue : (long)small,
            FieldType.UInt32 or FieldType.Fixed32 => isEnd ? uint.MaxValue : (uint)Math.Abs(small),
            FieldType.UInt64 or FieldType.Fixed64 => isEnd ? ulong.MaxValue : (ulong)Math.Abs(small),
            FieldType.Bool => small > 0,
            FieldType.Float => (float)small,
            FieldType.Double => (double)small,
            FieldType.String => small > 0 ? "text" : string.Empty,
            FieldType.Bytes => small > 0 ? ByteString.CopyFromUtf8("bytes") : ByteString.Empty,
            FieldType.Enum => (Colour)(Math.Abs(small) % 2),
            FieldType.Message when field.MessageType == Timestamp.Descriptor => new Timestamp { Seconds = small },
            FieldType.Message when field.MessageType == Nothing.Descriptor => new Nothing(),
            FieldType.Message when depth < 2 && (field.MessageType == Inner.Descriptor || field.MessageType == Outer.Descriptor) => Message(field.MessageType, random, depth + 1),
            _ => null,
        };
    }

    private static IMessage Message(MessageDescriptor type, Random random, int depth)
    {
        var message = (IMessage)Activator.CreateInstance(type.ClrType)!;
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            Fill(message, field, random, depth);
        }

        return message;
    }

    /// <summary>An order of purchases.v1 with nothing but its total: field 7, of int64 1 and string 2.</summary>
    private static byte[] Order(long minorUnits, string currency)
    {
        using var money = new MemoryStream();
        using (var output = new CodedOutputStream(money, leaveOpen: true))
        {
            if (minorUnits != 0)
            {
                output.WriteTag(1, WireFormat.WireType.Varint);
                output.WriteInt64(minorUnits);
            }

            if (currency.Length > 0)
            {
                output.WriteTag(2, WireFormat.WireType.LengthDelimited);
                output.WriteString(currency);
            }
        }

        using var order = new MemoryStream();
        using (var output = new CodedOutputStream(order, leaveOpen: true))
        {
            output.WriteTag(7, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(money.ToArray()));
        }

        return order.ToArray();
    }
}
