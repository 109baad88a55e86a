using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Exchange.Format.V1;

namespace Exchange.Audit.Export.Lines;

/// <summary>
/// JSON Lines: one object an entry, with the format's own field names, times in ISO 8601, bytes in hexadecimal digits, and the leaf hash. What an
/// entry does not have is left out.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The JSON writer is pointed at the caller's buffer for each line, and holds nothing of its own to give back.")]
public sealed class JsonLineFormat : ILineFormat
{
    private readonly ShownEntry _entry = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, JsonFields.Options);

    /// <inheritdoc/>
    public string Extension => "jsonl";

    /// <inheritdoc/>
    public void WriteHead(IBufferWriter<byte> destination)
    {
    }

    /// <inheritdoc/>
    public void WriteLine(ulong index, ReadOnlySpan<byte> entry, IBufferWriter<byte> destination)
    {
        _entry.Load(index, entry);
        _json.Reset(destination);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, index);
        _json.WritePropertyName("leaf_hash"u8);
        _json.WriteHex(_entry.LeafHash);
        for (var field = AuditEntry.PreviousLeafHashFieldNumber; field < EntryWords.Fields; field++)
        {
            if (field == AuditEntry.OutcomeFieldNumber)
            {
                _json.WriteString("outcome"u8, EntryWords.Outcome(_entry.Number(field)));
                continue;
            }

            if (field is AuditEntry.RulesWidenedFieldNumber or AuditEntry.RulesNarrowedFieldNumber && _entry.Number(AuditEntry.KindFieldNumber) == (ulong)EntryKind.PolicyChanged)
            {
                // That nothing widened is what somebody looks for, too.
                _json.WriteNumber(field == AuditEntry.RulesWidenedFieldNumber ? "rules_widened"u8 : "rules_narrowed"u8, _entry.Number(field));
                continue;
            }

            _json.WriteField(_entry, field);
        }

        _json.WriteEndObject();
        _json.Flush();
        destination.Write("\n"u8);
    }
}
