using System.Globalization;
using System.Text.Unicode;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Entries;

/// <summary>
/// Reads an entry in one pass without allocation and checks that it is canonical: ascending fields, shortest varints, no zero scalars,
/// digests and ids of their widths, valid UTF-8, a known kind. So an entry has one serialisation, and what is hashed is what is read.
/// </summary>
public static class EntryReader
{
    private const int FirstBodyField = 4;

    // The shape of each field of AuditEntry by its number: a positive shape is the exact number of bytes.
    private const sbyte Unknown = 0;
    private const sbyte Unsigned64 = -1;
    private const sbyte Unsigned32 = -2;
    private const sbyte Microseconds = -3;
    private const sbyte Text = -4;
    private const sbyte BitSet = -5;
    private const sbyte Texts = -6;

    private static readonly bool[] KnownKinds = Known<EntryKind>();
    private static readonly bool[] KnownBases = Known<Format.V1.LegalBasis>();

    private static ReadOnlySpan<sbyte> Shapes =>
    [
        Unknown,
        Unsigned64, 32, Microseconds, Unsigned32, 16, 16, Microseconds,
        Text, Text, Text, Text,
        Unsigned32, Unsigned32,
        32, 32, 32, 32, 32, 48, 48,
        BitSet, BitSet,
        Unsigned64, Unsigned32, 18, Text, Text, Unsigned64, Microseconds,
        Texts, 32, 32, Unsigned32, Unsigned32,
        Text, Unsigned64, Text, Unsigned64, Unsigned64,
    ];

    /// <summary>Reads a whole entry; false, with one sentence of what is wrong, when it is not a canonical AuditEntry.</summary>
    public static bool TryRead(ReadOnlySpan<byte> entry, out EntryFields fields, out string problem)
    {
        if (entry.Length > EntryCodec.MaximumBytes)
        {
            fields = default;
            problem = $"it has {entry.Length} bytes, more than {EntryCodec.MaximumBytes}";
            return false;
        }

        return TryRead(entry, 1, out fields, out problem);
    }

    /// <summary>Reads a body, the serialised fields from 4 on; what the log writes itself stays zero in <paramref name="fields"/>.</summary>
    public static bool TryReadBody(ReadOnlySpan<byte> body, out EntryFields fields, out string problem)
    {
        if (body.Length > EntryCodec.MaximumBodyBytes)
        {
            fields = default;
            problem = $"its body has {body.Length} bytes, more than {EntryCodec.MaximumBodyBytes}";
            return false;
        }

        return TryRead(body, FirstBodyField, out fields, out problem);
    }

    private static bool TryRead(ReadOnlySpan<byte> rest, int firstField, out EntryFields fields, out string problem)
    {
        ulong index = 0, time = 0, kind = 0;
        Digest? previous = null, objectDigest = null, commitment = null;
        fields = default;
        problem = string.Empty;

        for (var before = firstField - 1; !rest.IsEmpty;)
        {
            if (!EntryCodec.TryReadVarint(ref rest, out var tag))
            {
                return Fail("a field's tag is malformed", out problem);
            }

            var field = tag >> 3;
            if (field >= (ulong)Shapes.Length || Shapes[(int)field] == Unknown)
            {
                return Fail($"field {field} is unknown to this version of the format", out problem);
            }

            var number = (int)field;
            var shape = Shapes[number];
            if (number < before || (number == before && shape != Texts))
            {
                return Fail($"{Name(number)} stands after field {before}", out problem);
            }

            before = number;
            var isBytes = shape is > 0 or Text or Texts or BitSet;
            if ((tag & 7) != (isBytes ? 2u : 0u) || !EntryCodec.TryReadVarint(ref rest, out var value))
            {
                return Fail($"{Name(number)} is malformed", out problem);
            }

            if (!isBytes)
            {
                if (value == 0 || (shape == Unsigned32 && value > uint.MaxValue) || (shape == Microseconds && value > long.MaxValue))
                {
                    return Fail($"{Name(number)} holds {value}, which is out of its range or should be absent", out problem);
                }

                switch (number)
                {
                    case AuditEntry.IndexFieldNumber:
                        index = value;
                        break;
                    case AuditEntry.TimeFieldNumber:
                        time = value;
                        break;
                    case AuditEntry.KindFieldNumber:
                        kind = value;
                        break;
                    case AuditEntry.LegalBasisFieldNumber when value >= (ulong)KnownBases.Length || !KnownBases[(int)value]:
                        return Fail($"legal basis {value} is unknown", out problem);
                }

                continue;
            }

            if (value > (ulong)rest.Length)
            {
                return Fail($"{Name(number)} runs past the entry's end", out problem);
            }

            var content = rest[..(int)value];
            rest = rest[(int)value..];
            if (shape > 0 ? content.Length != shape : content.IsEmpty)
            {
                return Fail($"{Name(number)} has {content.Length} bytes{(shape > 0 ? $", not {shape}" : string.Empty)}", out problem);
            }

            if ((shape is Text or Texts && !Utf8.IsValid(content)) || (shape == BitSet && content[^1] == 0))
            {
                return Fail($"{Name(number)} is not {(shape is Text or Texts ? "UTF-8" : "a bit set without trailing zero bytes")}", out problem);
            }

            switch (number)
            {
                case AuditEntry.PreviousLeafHashFieldNumber:
                    previous = new Digest(content);
                    break;
                case AuditEntry.ObjectDigestFieldNumber:
                    objectDigest = new Digest(content);
                    break;
                case AuditEntry.PayloadCommitmentFieldNumber:
                    commitment = new Digest(content);
                    break;
            }
        }

        if (kind >= (ulong)KnownKinds.Length || !KnownKinds[kind])
        {
            return Fail(kind == 0 ? "it has no kind" : $"kind {kind} is unknown", out problem);
        }

        if (firstField == 1 && previous is null)
        {
            return Fail("it has no previous_leaf_hash", out problem);
        }

        fields = new EntryFields
        {
            Index = index,
            PreviousLeafHash = previous ?? Digest.Zero,
            Time = new Instant((long)time),
            Kind = (EntryKind)kind,
            ObjectDigest = objectDigest,
            PayloadCommitment = commitment,
        };
        return true;
    }

    private static bool Fail(string what, out string problem)
    {
        problem = what;
        return false;
    }

    private static string Name(int number) => AuditEntry.Descriptor.FindFieldByNumber(number).Name;

    /// <summary>Which numbers an enumeration declares, zero (unspecified) not counted.</summary>
    private static bool[] Known<T>()
        where T : struct, Enum
    {
        var numbers = Enum.GetValues<T>().Select(value => Convert.ToInt32(value, CultureInfo.InvariantCulture)).ToArray();
        var known = new bool[numbers.Max() + 1];
        foreach (var number in numbers)
        {
            known[number] = number != 0;
        }

        return known;
    }
}
