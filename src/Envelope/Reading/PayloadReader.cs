using Exchange.Format.V1;
using Google.Protobuf;

namespace Exchange.Envelopes.Reading;

/// <summary>Reads a Payload by hand, so that records need no copy: records, answers, terms, each in canonical form and in this order.</summary>
internal static class PayloadReader
{
    private const int LengthDelimited = 2;

    /// <summary>Reads a Payload whose salt the caller has found at the end.</summary>
    /// <param name="fields">The Payload without its salt's field; the records become windows on it.</param>
    /// <param name="salt">The salt.</param>
    /// <returns>The Payload, or null when it is not in canonical serialisation.</returns>
    internal static Payload? Read(ReadOnlyMemory<byte> fields, ReadOnlySpan<byte> salt)
    {
        var payload = new Payload { CommitmentSalt = ByteString.CopyFrom(salt) };
        var rest = fields;
        var lastField = 0;
        while (!rest.IsEmpty)
        {
            if (!TryReadField(ref rest, out var field, out var value) || field < lastField || !TryAdd(payload, field, value))
            {
                return null;
            }

            lastField = field;
        }

        return payload;
    }

    private static bool TryAdd(Payload payload, int field, ReadOnlyMemory<byte> value)
    {
        switch (field)
        {
            case Payload.RecordsFieldNumber:
                payload.Records.Add(UnsafeByteOperations.UnsafeWrap(value));
                return true;
            case Payload.AnswersFieldNumber when CanonicalMessage.Read(Answer.Parser, value.Span) is { } answer:
                payload.Answers.Add(answer);
                return true;
            case Payload.TermsFieldNumber when payload.Terms is null && CanonicalMessage.Read(Terms.Parser, value.Span) is { } terms:
                payload.Terms = terms;
                return true;
            default:
                return false;
        }
    }

    // Every field of Payload is length-delimited with a key of one byte.
    private static bool TryReadField(ref ReadOnlyMemory<byte> rest, out int field, out ReadOnlyMemory<byte> value)
    {
        var bytes = rest.Span;
        field = bytes[0] >> 3;
        value = default;
        if ((bytes[0] & 7) != LengthDelimited || bytes[0] > 0x7F || !TryReadLength(bytes[1..], out var length, out var width) || length > bytes.Length - 1 - width)
        {
            return false;
        }

        value = rest.Slice(1 + width, length);
        rest = rest[(1 + width + length)..];
        return true;
    }

    // A varint of at most 31 bits, in its shortest form: only a single zero byte may end in zeros.
    private static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length, out int width)
    {
        const int longest = 5;
        ulong value = 0;
        length = 0;
        for (width = 1; width <= Math.Min(longest, bytes.Length); width++)
        {
            var current = bytes[width - 1];
            value |= (ulong)(current & 0x7F) << (7 * (width - 1));
            if ((current & 0x80) == 0)
            {
                length = (int)value;
                return value <= int.MaxValue && (current != 0 || width == 1);
            }
        }

        return false;
    }
}
