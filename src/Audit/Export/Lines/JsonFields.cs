using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Vocabulary;

namespace Exchange.Audit.Export.Lines;

/// <summary>Values of an entry in JSON.</summary>
internal static class JsonFields
{
    /// <summary>Lines go to programs and terminals, not into web pages, so that names stay readable.</summary>
    internal static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    internal static void WriteField(this Utf8JsonWriter json, ShownEntry entry, int field)
    {
        if (!entry.Has(field))
        {
            return;
        }

        json.WritePropertyName(EntryWords.Name(field));
        switch (EntryWords.Shape(field))
        {
            case FieldShape.Number:
                json.WriteNumberValue(entry.Number(field));
                break;
            case FieldShape.Time:
                json.WriteTime(entry.Number(field));
                break;
            case FieldShape.Kind:
                json.WriteStringValue(EntryWords.Kind(entry.Number(field)));
                break;
            case FieldShape.Basis:
                json.WriteStringValue(EntryWords.Basis(entry.Number(field)));
                break;
            case FieldShape.Outcome:
                json.WriteStringValue(EntryWords.Outcome(entry.Number(field)));
                break;
            case FieldShape.Text:
                json.WriteText(entry.Content(field));
                break;
            case FieldShape.Texts:
                json.WriteStartArray();
                foreach (var text in entry.Texts(field))
                {
                    json.WriteText(text);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteHex(entry.Content(field));
                break;
        }
    }

    internal static void WriteHex(this Utf8JsonWriter json, in Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        json.WriteHex(bytes);
    }

    internal static void WriteHex(this Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        // A canonical entry has nothing longer; one that was tampered with may.
        Span<byte> digits = bytes.Length <= 256 ? stackalloc byte[2 * bytes.Length] : new byte[2 * bytes.Length];
        Convert.TryToHexStringLower(bytes, digits, out _);
        json.WriteStringValue(digits);
    }

    internal static void WriteTime(this Utf8JsonWriter json, ulong microseconds)
    {
        Span<byte> text = stackalloc byte[TimeText.Length];
        json.WriteStringValue(text[..TimeText.Write(microseconds, text)]);
    }

    /// <summary>Text of an entry is UTF-8, unless somebody tampered with it.</summary>
    internal static void WriteText(this Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        if (System.Text.Unicode.Utf8.IsValid(text))
        {
            json.WriteStringValue(text);
        }
        else
        {
            json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"\uFFFD{Convert.ToHexStringLower(text)}"));
        }
    }
}
