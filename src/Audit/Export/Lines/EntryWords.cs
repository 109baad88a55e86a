using System.Globalization;
using System.Text;
using System.Text.Json;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf.Reflection;

namespace Exchange.Audit.Export.Lines;

/// <summary>Names and words of entries as UTF-8, made once: fields as the format names them, kinds, bases and outcomes as the documents spell them.</summary>
internal static class EntryWords
{
    /// <summary>One more than the largest field number.</summary>
    internal static readonly int Fields = AuditEntry.Descriptor.Fields.InFieldNumberOrder()[^1].FieldNumber + 1;

    private static readonly byte[][] FieldNames = new byte[Fields][];
    private static readonly FieldShape[] FieldShapes = new FieldShape[Fields];
    private static readonly byte[][] Kinds = Words<EntryKind>(kind => JsonNamingPolicy.SnakeCaseUpper.ConvertName(kind));
    private static readonly byte[][] Bases = Words<Format.V1.LegalBasis>(basis => JsonNamingPolicy.KebabCaseLower.ConvertName(basis));
    private static readonly Dictionary<ulong, byte[]> Outcomes =
        ErrorCatalogue.Entries.ToDictionary(known => (ulong)known.Code, known => Encoding.UTF8.GetBytes(known.Reason));

    static EntryWords()
    {
        foreach (var field in AuditEntry.Descriptor.Fields.InFieldNumberOrder())
        {
            FieldNames[field.FieldNumber] = Encoding.UTF8.GetBytes(field.Name);
            FieldShapes[field.FieldNumber] = ShapeOf(field);
        }
    }

    /// <summary>The format's name of a field; it must be a known one.</summary>
    internal static ReadOnlySpan<byte> Name(int field) => FieldNames[field];

    internal static FieldShape Shape(int field) => field < FieldShapes.Length ? FieldShapes[field] : FieldShape.None;

    /// <summary>RELEASED; for a number that this version does not know, the number.</summary>
    internal static ReadOnlySpan<byte> Kind(ulong kind) => Word(Kinds, kind);

    /// <summary>legal-obligation.</summary>
    internal static ReadOnlySpan<byte> Basis(ulong basis) => Word(Bases, basis);

    /// <summary>RULE_MISSING; NONE for what went as asked.</summary>
    internal static ReadOnlySpan<byte> Outcome(ulong outcome) => Outcomes.TryGetValue(outcome, out var word) ? word : Digits(outcome);

    private static FieldShape ShapeOf(FieldDescriptor field) => (field.FieldNumber, field.FieldType) switch
    {
        (AuditEntry.KindFieldNumber, _) => FieldShape.Kind,
        (AuditEntry.LegalBasisFieldNumber, _) => FieldShape.Basis,
        (AuditEntry.OutcomeFieldNumber, _) => FieldShape.Outcome,
        (_, FieldType.Int64) => FieldShape.Time,
        (_, FieldType.Bytes) => FieldShape.Bytes,
        (_, FieldType.String) => field.IsRepeated ? FieldShape.Texts : FieldShape.Text,
        _ => FieldShape.Number,
    };

    private static byte[][] Words<T>(Func<string, string> spell)
        where T : struct, Enum
    {
        var values = Enum.GetValues<T>();
        var words = new byte[Convert.ToInt32(values[^1], CultureInfo.InvariantCulture) + 1][];
        foreach (var value in values)
        {
            words[Convert.ToInt32(value, CultureInfo.InvariantCulture)] = Encoding.UTF8.GetBytes(spell(value.ToString()));
        }

        return words;
    }

    private static ReadOnlySpan<byte> Word(byte[][] words, ulong number) => number < (ulong)words.Length && words[number] is { } word ? word : Digits(number);

    private static byte[] Digits(ulong number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
