namespace Exchange.Policy.Tests.Minimisation;

/// <summary>The property is worth something only if it fails when the minimiser is wrong.</summary>
public sealed class SeededBugTests
{
    private const int Seed = 2;
    private const int Cases = 4_000;

    private static readonly SeededBug[] Bugs =
    [
        new("a field outside the set leaves", "RecordPass.cs", "(isZero && field.OmitsZero) || !IsReleased(field)", "isZero && field.OmitsZero"),
        new("a message outside the set leaves", "RecordPass.cs", "_out.Unmute();\n            _out.Drop(start, _in.Position);", "_out.Unmute();"),
        new("the key of a map stays only with the value's first leaf", "ShapeCompiler.cs", "var leaves = FieldSet.Range(first, Leaves.Count);\n        return new(\n", "var leaves = FieldSet.Of(first);\n        return new(\n"),
        new("unknown fields leave", "RecordPass.cs", "_out.Drop(start, _in.Position);\n                continue;", "continue;"),
        new("zeros of implicit presence stay", "RecordPass.cs", "(isZero && field.OmitsZero) || !IsReleased(field)", "!IsReleased(field)"),
        new("zeros of explicit presence go", "RecordPass.cs", "(isZero && field.OmitsZero) ||", "isZero ||"),
        new("negative zero stays", "WireReader.cs", "bits == 0 || (bits == sign && field.OmitsNegativeZero)", "bits == 0"),
        new("a length is not moved when it shrinks by one byte", "RecordOutput.cs", "if (surplus > 0)", "if (surplus > 1)"),
        new("the place that a length gave up is not cleared", "RecordOutput.cs", "_output.Slice(Written, surplus).Clear();", ""),
        new("a refusal leaves what was written", "Minimiser.cs", "output[..pass.Written].Clear();", ""),
        new("a single element is not packed", "RecordPass.cs", "if (!isCanonical || pieces > 1)", "if (pieces > 1)"),
        new("pieces of a packed field are not merged", "RecordPass.cs", "if (!isCanonical || pieces > 1)", "if (!isCanonical)"),
        new("a field declared unpacked stays packed", "RecordPass.cs", "else if (isPacked)", "else if (false)"),
        new("an absent message in a map is not written", "RecordPass.cs", "MessageRule.EntryOfMessage when last < 1", "MessageRule.EntryOfMessage when last < 0"),
        new("a key of a map may come twice", "RecordPass.cs", "if (!keys.TryAdd(key, length))", "if (!keys.TryAdd(key, length) && false)"),
        new("a default key is not equal to an absent one", "RecordPass.cs", "return isZero ? default : (start, reader.Position - start);", "return (start, reader.Position - start);"),
        new("keys are lost when the table grows", "MapKeys.cs", "Find(KeyOf(taken)) = taken;", ""),
        new("a singular field may come twice", "RecordPass.cs", "if (!field.IsRepeated)", "if (false)"),
        new("a oneof may have two members", "RecordPass.cs", "oneofs |= bit;", ""),
        new("messages inside are not put in order", "FieldOrder.cs", "if (!TryRestore(child, message.Slice(reader.Position, length)))", "if (false)"),
        new("equal numbers lose their order", "FieldOrder.cs", "places.AsSpan(0, fields).Sort();", "places.AsSpan(0, fields).Sort((left, right) => (left >> 32) != (right >> 32) ? left.CompareTo(right) : right.CompareTo(left));"),
        new("text is not checked", "WireReader.cs", "&& (field.Encoding == ScalarEncoding.Octets || Utf8.IsValid(_bytes.Slice(Position - length, length)))", ""),
        new("over-long varints pass", "WireReader.cs", "(part != 0 && (shift < 63 || part == 1))", "shift < 63 || part == 1"),
        new("a 32-bit number need not be sign-extended", "WireReader.cs", "(long)value == (int)value", "true"),
        new("any number is a bool", "WireReader.cs", "value <= 1", "true"),
        new("any wire type will do", "RecordPass.cs", "if (tag != field.Tag && tag != field.OtherTag)", "if (false)"),
        new("nanoseconds are not checked", "TimeRange.cs", "&& nanos is >= 0 and < NanosEnd;", ";"),
        new("the end of the period is inside", "Minimiser.cs", "time < end", "time <= end"),
        new("the subject is not compared", "Minimiser.cs", "CryptographicOperations.FixedTimeEquals(requested, found)", "true"),
        new("the output is reckoned too short", "ReleaseGrowth.cs", "checked((inputLength * Factor) + Extra)", "inputLength"),
    ];

    public static TheoryData<string> Names => new(Bugs.Select(bug => bug.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_seeded_bug_is_found(string name)
    {
        var minimiser = Bugs.Single(bug => bug.Name == name).Compile();

        IsFound(minimiser).ShouldBeTrue($"{Cases} cases do not show that {name}");
    }

    [Fact]
    public void Without_a_bug_the_same_cases_find_nothing()
    {
        var minimiser = new SeededBug("none", "Leaf.cs", "namespace Exchange.Policy.Minimisation;", "namespace Exchange.Policy.Minimisation;").Compile();

        new MinimisationProperty(minimiser, Seed).FindFailure(Cases).ShouldBeNull();
    }

    private static bool IsFound(IMinimiser minimiser)
    {
        try
        {
            return new MinimisationProperty(minimiser, Seed).FindFailure(Cases) is not null;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            // A bug may also show as a fault: the minimiser reached outside its buffers, or the door found something left there.
            return true;
        }
    }
}
