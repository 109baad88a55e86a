using System.Buffers;
using System.Buffers.Text;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Export.Lines;

/// <summary>
/// CSV (RFC 4180) with a head line, for spreadsheets: index, leaf hash, then every field of the format in the order of their numbers. A text that
/// a spreadsheet would take for a formula gets an apostrophe in front: a log may come from somebody who wishes its reader no good.
/// </summary>
public sealed class CsvLineFormat : ILineFormat
{
    private const int FirstField = AuditEntry.PreviousLeafHashFieldNumber;

    private readonly ShownEntry _entry = new();

    /// <inheritdoc/>
    public string Extension => "csv";

    private static ReadOnlySpan<byte> NewLine => "\r\n"u8;

    /// <inheritdoc/>
    public void WriteHead(IBufferWriter<byte> destination)
    {
        destination.Write("index,leaf_hash"u8);
        for (var field = FirstField; field < EntryWords.Fields; field++)
        {
            destination.Write(","u8);
            destination.Write(EntryWords.Name(field));
        }

        destination.Write(NewLine);
    }

    /// <inheritdoc/>
    public void WriteLine(ulong index, ReadOnlySpan<byte> entry, IBufferWriter<byte> destination)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        _entry.Load(index, entry);
        Number(index, destination);
        destination.Write(","u8);
        _entry.LeafHash.CopyTo(hash);
        Hex(hash, destination);
        for (var field = FirstField; field < EntryWords.Fields; field++)
        {
            destination.Write(","u8);
            Field(field, destination);
        }

        destination.Write(NewLine);
    }

    private void Field(int field, IBufferWriter<byte> destination)
    {
        var shape = EntryWords.Shape(field);
        if (shape == FieldShape.Outcome)
        {
            destination.Write(EntryWords.Outcome(_entry.Number(field)));
            return;
        }

        if (!_entry.Has(field))
        {
            return;
        }

        switch (shape)
        {
            case FieldShape.Number:
                Number(_entry.Number(field), destination);
                break;
            case FieldShape.Time:
                destination.Advance(TimeText.Write(_entry.Number(field), destination.GetSpan(TimeText.Length)));
                break;
            case FieldShape.Kind:
                destination.Write(EntryWords.Kind(_entry.Number(field)));
                break;
            case FieldShape.Basis:
                destination.Write(EntryWords.Basis(_entry.Number(field)));
                break;
            case FieldShape.Bytes:
                Hex(_entry.Content(field), destination);
                break;
            default:
                var isFirst = true;
                foreach (var text in _entry.Texts(field))
                {
                    if (!isFirst)
                    {
                        destination.Write(" "u8);
                    }

                    Text(text, destination);
                    isFirst = false;
                }

                break;
        }
    }

    private static void Number(ulong value, IBufferWriter<byte> destination)
    {
        Utf8Formatter.TryFormat(value, destination.GetSpan(20), out var written);
        destination.Advance(written);
    }

    private static void Hex(ReadOnlySpan<byte> bytes, IBufferWriter<byte> destination)
    {
        Convert.TryToHexStringLower(bytes, destination.GetSpan(2 * bytes.Length), out var written);
        destination.Advance(written);
    }

    private static void Text(ReadOnlySpan<byte> text, IBufferWriter<byte> destination)
    {
        var isFormula = !text.IsEmpty && "=+-@\t\r"u8.Contains(text[0]);
        if (!isFormula && text.IndexOfAny(",\"\r\n"u8) < 0)
        {
            destination.Write(text);
            return;
        }

        destination.Write(isFormula ? "\"'"u8 : "\""u8);
        foreach (var piece in text)
        {
            destination.Write(piece == '"' ? "\"\""u8 : [piece]);
        }

        destination.Write("\""u8);
    }
}
