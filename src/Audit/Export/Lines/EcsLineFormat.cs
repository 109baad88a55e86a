using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Exchange.Format.V1;

namespace Exchange.Audit.Export.Lines;

/// <summary>
/// JSON Lines in the Elastic Common Schema (ECS 8.11), for a SIEM. <c>event.sequence</c> is the index, <c>event.hash</c> the leaf hash; what the
/// schema has no name for stands under <c>exchange</c>, named as the format names it.
/// </summary>
/// <param name="origin">The log's name.</param>
[SuppressMessage("Design", "CA1001", Justification = "The JSON writer is pointed at the caller's buffer for each line, and holds nothing of its own to give back.")]
public sealed class EcsLineFormat(string origin) : ILineFormat
{
    private const string SchemaVersion = "8.11.0";

    private readonly ShownEntry _entry = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, JsonFields.Options);
    private readonly byte[] _origin = Encoding.UTF8.GetBytes(origin);
    private readonly byte[] _action = new byte[64];

    /// <inheritdoc/>
    public string Extension => "ecs.jsonl";

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
        _json.WritePropertyName("@timestamp"u8);
        _json.WriteTime(_entry.Number(AuditEntry.TimeFieldNumber));
        _json.WriteStartObject("ecs"u8);
        _json.WriteString("version"u8, SchemaVersion);
        _json.WriteEndObject();
        WriteEvent();
        WriteWho();
        WriteService();
        WriteRest();
        _json.WriteEndObject();
        _json.Flush();
        destination.Write("\n"u8);
    }

    private void WriteEvent()
    {
        var kind = _entry.Number(AuditEntry.KindFieldNumber);
        var sorted = EcsEvent.Of(kind);
        _json.WriteStartObject("event"u8);
        _json.WriteString("kind"u8, "event"u8);
        _json.WriteStartArray("category"u8);
        _json.WriteStringValue(sorted.Category);
        _json.WriteEndArray();
        _json.WriteStartArray("type"u8);
        foreach (var type in sorted.Types)
        {
            _json.WriteStringValue(type);
        }

        _json.WriteEndArray();
        _json.WriteString("action"u8, Action(EntryWords.Kind(kind)));
        if (EcsEvent.Outcome(kind) is { } outcome)
        {
            _json.WriteString("outcome"u8, outcome);
        }

        if (_entry.Number(AuditEntry.OutcomeFieldNumber) is > 0 and var reason)
        {
            _json.WriteString("reason"u8, EntryWords.Outcome(reason));
        }

        _json.WriteString("module"u8, "exchange"u8);
        _json.WriteString("dataset"u8, "exchange.audit"u8);
        _json.WriteString("provider"u8, _origin);
        _json.WriteNumber("sequence"u8, _entry.Index);
        _json.WritePropertyName("hash"u8);
        _json.WriteHex(_entry.LeafHash);
        if (_entry.Has(AuditEntry.TransferIdFieldNumber))
        {
            _json.WritePropertyName("id"u8);
            _json.WriteHex(_entry.Content(AuditEntry.TransferIdFieldNumber));
        }

        if (_entry.Has(AuditEntry.SinceFieldNumber))
        {
            _json.WritePropertyName("start"u8);
            _json.WriteTime(_entry.Number(AuditEntry.SinceFieldNumber));
        }

        _json.WriteEndObject();
    }

    /// <summary>Who did it is the user, whose organization it is for: a member acts for itself, or somebody else for it.</summary>
    private void WriteWho()
    {
        var consumer = _entry.Content(AuditEntry.ConsumerFieldNumber);
        var provider = _entry.Content(AuditEntry.ProviderFieldNumber);
        var actor = _entry.Content(AuditEntry.ActorFieldNumber);
        var user = !actor.IsEmpty ? actor : !consumer.IsEmpty ? consumer : provider;
        if (user.IsEmpty)
        {
            return;
        }

        _json.WriteStartObject("user"u8);
        WriteText("id"u8, user);
        _json.WriteEndObject();
        _json.WriteStartObject("organization"u8);
        WriteText("id"u8, consumer.IsEmpty ? user : consumer);
        _json.WriteEndObject();
        _json.WriteStartObject("related"u8);
        _json.WriteStartArray("user"u8);
        WriteRelated(consumer);
        WriteRelated(provider);
        WriteRelated(actor);
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void WriteRelated(ReadOnlySpan<byte> member)
    {
        if (!member.IsEmpty)
        {
            _json.WriteText(member);
        }
    }

    private void WriteService()
    {
        _json.WriteStartObject("service"u8);
        _json.WriteString("name"u8, "exchange"u8);
        _json.WriteString("type"u8, "exchange"u8);
        _json.WriteStartObject("node"u8);
        _json.WriteString("name"u8, _origin);
        _json.WriteEndObject();
        if (_entry.Has(AuditEntry.SoftwareFieldNumber))
        {
            WriteText("version"u8, _entry.Content(AuditEntry.SoftwareFieldNumber));
        }

        _json.WriteEndObject();
    }

    private void WriteRest()
    {
        _json.WriteStartObject("exchange"u8);
        for (var field = AuditEntry.PreviousLeafHashFieldNumber; field < EntryWords.Fields; field++)
        {
            if (field is not (AuditEntry.TimeFieldNumber or AuditEntry.SoftwareFieldNumber or AuditEntry.SinceFieldNumber))
            {
                _json.WriteField(_entry, field);
            }
        }

        _json.WriteEndObject();
    }

    private void WriteText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        _json.WritePropertyName(name);
        _json.WriteText(text);
    }

    /// <summary>CONSENT_GIVEN as consent-given.</summary>
    private ReadOnlySpan<byte> Action(ReadOnlySpan<byte> kind)
    {
        for (var i = 0; i < kind.Length; i++)
        {
            _action[i] = kind[i] == '_' ? (byte)'-' : (byte)char.ToLowerInvariant((char)kind[i]);
        }

        return _action.AsSpan(0, kind.Length);
    }
}
