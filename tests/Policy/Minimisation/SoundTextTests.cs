using System.Text;
using System.Text.Unicode;
using Exchange.Policy.Minimisation;
using Google.Protobuf;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>Text is checked thirty-two bytes at a time, whatever stands behind it in the record; the framework is the oracle.</summary>
public sealed class SoundTextTests
{
    private const int Longest = 120;
    private const int Cases = 50_000;

    private static readonly ReleasePlan Plan = Compile();

    [Fact]
    public void Text_is_refused_exactly_when_the_framework_calls_it_unsound()
    {
        var random = new Random(11);
        var (sound, unsound) = (0, 0);
        for (var i = 0; i < Cases; i++)
        {
            var text = SomeText(random, random.Next(Longest));
            for (var spoils = random.Next(3); spoils > 0 && text.Length > 0; spoils--)
            {
                text[random.Next(text.Length)] = (byte)random.Next(256);
            }

            // Often an end lies inside of a character, and often something follows.
            var part = text[random.Next(Math.Min(3, text.Length + 1))..];
            var isSound = IsReleased(part, behind: SomeText(random, random.Next(2) * 40));

            isSound.ShouldBe(Utf8.IsValid(part), Convert.ToHexString(part));
            (sound, unsound) = isSound ? (sound + 1, unsound) : (sound, unsound + 1);
        }

        sound.ShouldBeGreaterThan(Cases / 5);
        unsound.ShouldBeGreaterThan(Cases / 5);
    }

    [Fact]
    public void A_letter_of_two_bytes_may_lie_anywhere_and_half_of_it_nowhere()
    {
        var behind = new byte[Longest];
        for (var at = 0; at < Longest; at++)
        {
            var text = new byte[Longest];
            text.AsSpan().Fill((byte)'a');
            text[at] = 0xD1;
            IsReleased(text, behind).ShouldBeFalse();
            IsReleased(text[..(at + 1)], behind: [0x8F, .. behind]).ShouldBeFalse();

            if (at + 1 < Longest)
            {
                text[at + 1] = 0x8F;
                IsReleased(text, behind).ShouldBeTrue();
                IsReleased(text[(at + 1)..], behind).ShouldBeFalse();
            }
        }
    }

    private static bool IsReleased(byte[] text, byte[] behind)
    {
        var record = new MemoryStream();
        using (var output = new CodedOutputStream(record, leaveOpen: true))
        {
            output.WriteTag(EveryType.AStringFieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(text));
            output.WriteTag(EveryType.ABytesFieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(behind));
        }

        var bytes = record.ToArray();
        var released = Minimiser.Minimise(Plan, Plan.Shape.All, null, bytes, default, new byte[Plan.MaximumOutput(bytes.Length)]);
        return released.Verdict == MinimisationVerdict.Released;
    }

    private static byte[] SomeText(Random random, int length)
    {
        Rune[] runes = [new('a'), new('я'), new(0x7FF), new('№'), new(0x1F600)];
        var kinds = random.Next(2) == 0 ? 3 : runes.Length;
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(runes[random.Next(kinds)]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static ReleasePlan Compile()
    {
        RecordShape.TryCompile(EveryType.Descriptor, null, null, _ => null, out var shape, out _).ShouldBeTrue();
        return ReleasePlan.Keeping(shape!);
    }
}
