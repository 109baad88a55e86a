using System.Diagnostics;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>The property is worth something only if it fails when the minimiser is wrong.</summary>
public sealed class SeededBugTests
{
    private const int Seed = 2;
    private const int Cases = 4_000;

    private static readonly SeededBug[] Bugs =
    [
        new("a field outside the set leaves", "RecordPass.Changes.cs", "_out.Replace(start, end);\n        }\n        else if (field.Changes >= 0)", "}\n        else if (field.Changes >= 0)"),
        new("a message outside the set leaves", "RecordPass.cs", "_out.Drop(start, contentEnd);", ""),
        new("the key of a map stays only with the value's first leaf", "ShapeCompiler.cs", "var leaves = FieldSet.Range(first, Leaves.Count);\n        return new(\n", "var leaves = FieldSet.Of(first);\n        return new(\n"),
        new("what was not asked leaves", "Minimiser.cs", "released & plan.Permitted", "plan.Permitted"),
        new("what the rule drops leaves if it was asked", "Minimiser.cs", "released & plan.Permitted", "released"),
        new("unknown fields leave", "RecordPass.cs", "_out.Drop(start, _in.Position);\n            return PassOutcome.Done;\n        }\n\n        if (tag", "return PassOutcome.Done;\n        }\n\n        if (tag"),
        new("zeros of implicit presence stay", "RecordPass.cs", "isThere = !(isZero && field.OmitsZero);", "isThere = true;"),
        new("zeros of explicit presence go", "RecordPass.cs", "!(isZero && field.OmitsZero)", "!isZero"),
        new("negative zero stays", "WireReader.cs", "bits == 0 || (bits == sign && field.OmitsNegativeZero)", "bits == 0"),
        new("a length is not moved when it shrinks by one byte", "RecordOutput.cs", "if (surplus > 0)", "if (surplus > 1)"),
        new("the place that a length gave up is not cleared", "RecordOutput.cs", "_output.Slice(Written, surplus).Clear();", ""),
        new("a refusal leaves what was written", "Minimiser.cs", "output[..pass.Written].Clear();", ""),
        new("a single element is not packed", "RecordPass.Runs.cs", "(!isCanonical || pieces > 1 || ", "(pieces > 1 || "),
        new("pieces of a packed field are not merged", "RecordPass.Runs.cs", "(!isCanonical || pieces > 1 || ", "(!isCanonical || "),
        new("a field declared unpacked stays packed", "RecordPass.Runs.cs", "(isPacked || !_kept", "(!_kept"),
        new("an absent message in a map is not written", "RecordPass.cs", "MessageRule.EntryOfMessage when place.Last < 1", "MessageRule.EntryOfMessage when place.Last < 0"),
        new("a key of a map may come twice", "RecordPass.Maps.cs", "if (!keys.TryAdd(key, length))", "if (!keys.TryAdd(key, length) && false)"),
        new("a default key is not equal to an absent one", "RecordPass.Maps.cs", "return isZero ? default : (start, reader.Position - start);", "return (start, reader.Position - start);"),
        new("keys are lost when the table grows", "MapKeys.cs", "Find(KeyOf(taken)) = taken;", ""),
        new("a singular field may come twice", "Place.cs", "if (!field.IsRepeated)", "if (false)"),
        new("a singular field may come twice the short way", "RecordPass.Plain.cs", " || (index == last && !fields[index].IsRepeated)", ""),
        new("a oneof may have two members", "Place.cs", "_oneofs |= bit;", ""),
        new("messages inside are not put in order", "FieldOrder.cs", "if (!TryRestore(child, message.Slice(reader.Position, length)))", "if (false)"),
        new("equal numbers lose their order", "FieldOrder.cs", "places.AsSpan(0, fields).Sort();", "places.AsSpan(0, fields).Sort((left, right) => (left >> 32) != (right >> 32) ? left.CompareTo(right) : right.CompareTo(left));"),
        new("text is not checked", "WireReader.cs", "&& (field.Encoding == ScalarEncoding.Octets || SoundText.IsSound(_bytes, Position - length, length))", ""),
        new("the short way does not check text", "UsualScalar.cs", "SoundText.IsSound(record, position, length)", "true"),
        new("half a letter passes", "SoundText.cs", " || second != ((first << 1) | begun)", ""),
        new("a message may reach beyond its own the short way", "RecordPass.Plain.cs", " && length <= end - position ? position + length", " ? position + length"),
        new("over-long varints pass", "WireReader.cs", "(part != 0 && (shift < 63 || part == 1))", "shift < 63 || part == 1"),
        new("over-long varints pass the short way", "UsualScalar.cs", "position + last < end && record[position + last] != 0", "position + last < end"),
        new("a 32-bit number need not be sign-extended", "WireReader.cs", "(long)value == (int)value", "true"),
        new("32 bits may be more the short way", "UsualScalar.cs", "ScalarEncoding.Any64 ? 8 : 4", "ScalarEncoding.Any64 ? 8 : 5"),
        new("any number is a bool", "WireReader.cs", "value <= 1", "true"),
        new("any wire type will do", "RecordPass.cs", "if (tag != field.Tag && tag != field.OtherTag)", "if (false)"),
        new("nanoseconds are not checked", "TimeRange.cs", "&& nanos is >= 0 and < NanosEnd;", ";"),
        new("zeros inside an instant stay", "RecordPass.Moments.cs", "out value) && value != 0", "out value)"),
        new("the end of the period is inside", "Minimiser.cs", "time < end", "time <= end"),
        new("the subject is not compared", "Minimiser.cs", "CryptographicOperations.FixedTimeEquals(requested, found)", "true"),
        new("the output is reckoned too short", "ReleaseGrowth.cs", "checked((inputLength * Factor) + Extra)", "inputLength"),
        new("what grows once is not reckoned", "ReleaseGrowth.cs", "checked((inputLength * Factor) + Extra)", "checked(inputLength * Factor)"),
        new("a mask counts bytes", "RecordPass.Changes.cs", "TextCut.Count(text, 3L * mask.Characters) / 3", "text.Length / 3"),
        new("a mask shows half", "RecordPass.Changes.cs", "3L * mask.Characters) / 3", "3L * mask.Characters) / 2"),
        new("a mask shows the first for the last", "RecordPass.Changes.cs", "mask.FromEnd ? TextCut.Last(text, characters) : TextCut.First(text, characters)", "TextCut.First(text, characters)"),
        new("an empty text gets a mask", "RecordPass.Changes.cs", "is { IsEmpty: false } octets", "is var octets"),
        new("a text is cut inside a character", "TextCut.cs", "(Continues(text[at]) || characters-- > 0)", "characters-- > 0"),
        new("numbers are rounded towards zero", "WholeNumber.cs", "rounded = rounded < least + step ? rounded : rounded - step;", ""),
        new("a number without a multiple below wraps", "WholeNumber.cs", "rounded = rounded < least + step ? rounded : rounded - step;", "rounded -= step;"),
        new("a zero that rounding makes stays", "RecordPass.Changes.cs", "if (rounded != 0 || !field.OmitsZero)", ""),
        new("a month begins on its second day", "CalendarStart.cs", "day.AddDays(1 - day.Day)", "day.AddDays(2 - day.Day)"),
        new("keys of maps are changed with the values", "ShapeCompiler.cs", "[Plan(key, 0, leaves),", "[Plan(key, 0, leaves, changes: Changed(key, first)),"),
        new("what is in a wrapper stays", "ShapeCompiler.cs", "known.Rule == MessageRule.None ? first : -1", "-1"),
        new("pseudonyms are made without the key", "Pseudonym.cs", "HMACSHA256.HashData(key, value, code)", "SHA256.HashData(value, code)"),
        new("field 0 is taken for one that is not plain", "PlainField.cs", "NotPlain = -1", "NotPlain = 0"),
        new("what is required may be missing at the end", "RecordPass.cs", "if (place.Required != int.MaxValue)", "if (false)"),
        new("what is required may be missing in between", "RecordPass.Constraints.cs", "Breach ??= message[required]", "_ = message[required]"),
        new("a pattern may match a part", "SharedPattern.cs", "@$\"\\A(?:{pattern})\\z\"", "pattern"),
        new("numbers may be too small", "ConstraintCheck.cs", "value < constraint.Minimum ? ConstraintRule.Minimum : value", "value"),
        new("elements of lists are not checked", "RecordPass.Runs.cs", "if (field.Values is not null)", "if (false)"),
        new("an invalid record is said to be about somebody else", "Minimiser.cs", "pass.Breach is not null ? MinimisationVerdict.Invalid\n            : !IsAbout(plan.Shape, guard.Subject, pass.Subject) ? MinimisationVerdict.WrongSubject", "!IsAbout(plan.Shape, guard.Subject, pass.Subject) ? MinimisationVerdict.WrongSubject\n            : pass.Breach is not null ? MinimisationVerdict.Invalid"),
        new("packed numbers stay", "RecordPass.Runs.cs", "_out.Append(field.Encoding, Rounded(field, value));\n            }\n        }\n\n        _out.Patch", "_out.Append(field.Encoding, WireReader.Bits(field.Encoding, _record[value..]));\n            }\n        }\n\n        _out.Patch"),
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
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IndexOutOfRangeException or InvalidCastException or NullReferenceException or UnreachableException)
        {
            // A bug may also show as a fault: the minimiser reached outside its buffers, or the door found something left there.
            return true;
        }
    }
}
