using System.Globalization;
using Exchange.Policy.Minimisation;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>
/// Bytes that nobody meant: records bent, cut, joined and filled with what breaks parsers. Nothing is compared with the oracle, which is slow;
/// what must hold is that the minimiser ends, writes only where it may, leaves nothing of what it refuses, and that what it writes is canonical.
/// </summary>
public sealed class MutationTests
{
    private const byte Canary = 0x5C;
    private const int Margin = 64;
    private const int LongestInput = 4096;

    private static readonly byte[][] Poison =
    [
        [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
        [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0x80, 0x00], [0x00], [0x7F], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xD0], [0xF4, 0x90, 0x80, 0x80], [0x0B], [0x0C],
    ];

    [Fact]
    public void Mutated_records_do_no_harm()
    {
        var inputs = Environment.GetEnvironmentVariable("EXCHANGE_MUTATED_INPUTS") is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : 300_000;
        var verdicts = new Dictionary<MinimisationVerdict, int>();
        var random = new Random(20_261_122);
        var subjects = Enumerable.Range(0, 16).Select(number => Compile(random, number == 0 ? EveryType.Descriptor : RandomSchema.Make(random))).ToArray();
        for (var number = 0; number < inputs; number++)
        {
            var subject = subjects[random.Next(subjects.Length)];
            var verdict = subject.Try(random, subject.Mutate(random));
            verdicts[verdict] = verdicts.GetValueOrDefault(verdict) + 1;
        }

        verdicts[MinimisationVerdict.Released].ShouldBeGreaterThan(inputs / 20);
        verdicts[MinimisationVerdict.Malformed].ShouldBeGreaterThan(inputs / 20);
    }

    private static Subject Compile(Random random, Google.Protobuf.Reflection.MessageDescriptor type)
    {
        RecordShape? shape;
        while (!RecordShape.TryCompile(type, null, null, out shape, out _))
        {
            type = RandomSchema.Make(random);
        }

        var actions = shape.Leaves.Select(leaf => MinimiserDoor.Read(RandomPlan.Action(random, type, leaf.Path)));
        return new(shape, ReleasePlan.Compile(shape, actions), [.. Enumerable.Range(0, 64).Select(_ => new RandomRecord(random, sins: false).Make(type)).Where(record => record.Length is > 0 and < LongestInput / 2)]);
    }

    private sealed class Subject(RecordShape shape, ReleasePlan plan, byte[][] corpus)
    {
        private readonly ReleasePlan _keeping = ReleasePlan.Keeping(shape);
        private readonly PseudonymKey _key = new(new byte[PseudonymKey.Size]);
        private readonly byte[] _input = new byte[LongestInput];
        private readonly byte[] _around = new byte[Margin + plan.MaximumOutput(LongestInput) + Margin];
        private readonly byte[] _again = new byte[ReleasePlan.Keeping(shape).MaximumOutput(plan.MaximumOutput(LongestInput))];

        public ReadOnlySpan<byte> Mutate(Random random)
        {
            var one = corpus[random.Next(corpus.Length)];
            one.CopyTo(_input, 0);
            var length = one.Length;
            for (var times = random.Next(1, 4); times > 0 && length > 0; times--)
            {
                var at = random.Next(length);
                switch (random.Next(7))
                {
                    case 0:
                        _input[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 1:
                        _input[at] = (byte)random.Next(256);
                        break;
                    case 2:
                        length = at;
                        break;
                    case 3:
                        var poison = Poison[random.Next(Poison.Length)];
                        poison.CopyTo(_input, at);
                        length = Math.Max(length, at + poison.Length);
                        break;
                    case 4:
                        var other = corpus[random.Next(corpus.Length)];
                        var part = Math.Min(random.Next(other.Length + 1), LongestInput - Margin - at);
                        other.AsSpan(0, Math.Max(part, 0)).CopyTo(_input.AsSpan(at));
                        length = Math.Max(length, at + Math.Max(part, 0));
                        break;
                    case 5:
                        var count = Math.Min(random.Next(16), length - at);
                        _input.AsSpan(at + count, length - at - count).CopyTo(_input.AsSpan(at));
                        length -= count;
                        break;
                    default:
                        (_input[at], _input[random.Next(length)]) = (_input[random.Next(length)], _input[at]);
                        break;
                }

                length = Math.Min(length, LongestInput - Margin);
            }

            return _input.AsSpan(0, length);
        }

        public MinimisationVerdict Try(Random random, ReadOnlySpan<byte> record)
        {
            var room = plan.MaximumOutput(record.Length);
            var around = _around.AsSpan(0, Margin + room + Margin);
            around.Fill(Canary);
            var output = around.Slice(Margin, room);
            var released = random.Next(3) == 0 ? shape.All : FieldSet.Range(random.Next(shape.Leaves.Length), shape.Leaves.Length);
            var (verdict, length, _) = Minimiser.Minimise(plan, released, _key, record, default, output);
            if (around[..Margin].IndexOfAnyExcept(Canary) >= 0 || around[(Margin + room)..].IndexOfAnyExcept(Canary) >= 0 || output[length..].IndexOfAnyExcept(Canary, (byte)0) >= 0)
            {
                throw new InvalidOperationException($"Written beyond its end by {Convert.ToHexString(record)}");
            }

            if (verdict != MinimisationVerdict.Released)
            {
                return length == 0 ? verdict : throw new InvalidOperationException($"{verdict} and {length} bytes of {Convert.ToHexString(record)}");
            }

            var again = Minimiser.Minimise(_keeping, shape.All, null, output[..length], default, _again);
            return again.Verdict == MinimisationVerdict.Released && _again.AsSpan(0, again.Length).SequenceEqual(output[..length])
                ? verdict
                : throw new InvalidOperationException($"Not canonical: {Convert.ToHexString(output[..length])} of {Convert.ToHexString(record)}");
        }
    }
}
