using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Policy.Model;
using Exchange.Vocabulary;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Cli.Envelopes;

/// <summary>
/// Records as JSON for people, by the dataset's descriptor alone: no type of any dataset is compiled into this program. Names are
/// the descriptor's, enumerations are spelt out, times are ISO 8601, bytes are base64, 64-bit numbers are numbers.
/// </summary>
internal sealed class RecordText(DatasetCatalogue datasets)
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A record of a dataset; base64 when the dataset is not installed here.</summary>
    internal JsonElement Read(string dataset, ByteString record)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            if (DatasetId.TryParse(dataset, out var id) && datasets.TryFind(id, out var known))
            {
                WriteMessage(json, known.Shape.Leaves.First(leaf => !leaf.Path.Contains('.', StringComparison.Ordinal)).Field.ContainingType, record);
            }
            else
            {
                json.WriteStringValue(record.ToBase64());
            }
        }

        return JsonDocument.Parse(buffer.ToArray()).RootElement;
    }

    private static void WriteMessage(Utf8JsonWriter json, MessageDescriptor message, ByteString bytes)
    {
        if (message.FullName == "google.protobuf.Timestamp")
        {
            var time = Google.Protobuf.WellKnownTypes.Timestamp.Parser.ParseFrom(bytes);
            json.WriteStringValue(time.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
            return;
        }

        json.WriteStartObject();
        foreach (var (field, values) in ReadFields(message, bytes))
        {
            json.WritePropertyName(field.Name);
            if (field.IsRepeated)
            {
                json.WriteStartArray();
                values.ForEach(value => WriteValue(json, field, value));
                json.WriteEndArray();
            }
            else
            {
                WriteValue(json, field, values[^1]);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The fields that are there, by number, with their values in order. What the descriptor does not know is passed over.</summary>
    private static SortedDictionary<FieldDescriptor, List<object>> ReadFields(MessageDescriptor message, ByteString bytes)
    {
        var fields = new SortedDictionary<FieldDescriptor, List<object>>(Comparer<FieldDescriptor>.Create((left, right) => left.FieldNumber.CompareTo(right.FieldNumber)));
        using var input = bytes.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (message.FindFieldByNumber(WireFormat.GetTagFieldNumber(tag)) is not { } field)
            {
                input.SkipLastField();
                continue;
            }

            if (!fields.TryGetValue(field, out var values))
            {
                fields[field] = values = [];
            }

            var packed = field.IsRepeated && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited && IsScalar(field);
            if (!packed)
            {
                values.Add(ReadValue(input, field));
                continue;
            }

            using var run = input.ReadBytes().CreateCodedInput();
            while (!run.IsAtEnd)
            {
                values.Add(ReadValue(run, field));
            }
        }

        return fields;
    }

    private static bool IsScalar(FieldDescriptor field) => field.FieldType is not (FieldType.String or FieldType.Bytes or FieldType.Message);

    private static object ReadValue(CodedInputStream input, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Double => input.ReadDouble(),
        FieldType.Float => (double)input.ReadFloat(),
        FieldType.Int64 => input.ReadInt64(),
        FieldType.UInt64 => input.ReadUInt64(),
        FieldType.Int32 => (long)input.ReadInt32(),
        FieldType.Fixed64 => input.ReadFixed64(),
        FieldType.Fixed32 => (ulong)input.ReadFixed32(),
        FieldType.Bool => input.ReadBool(),
        FieldType.String => input.ReadString(),
        FieldType.Message or FieldType.Bytes => input.ReadBytes(),
        FieldType.UInt32 => (ulong)input.ReadUInt32(),
        FieldType.SFixed32 => (long)input.ReadSFixed32(),
        FieldType.SFixed64 => input.ReadSFixed64(),
        FieldType.SInt32 => (long)input.ReadSInt32(),
        FieldType.SInt64 => input.ReadSInt64(),
        FieldType.Enum => EnumName(field, input.ReadEnum()),
        _ => throw new InvalidDataException($"{field.FullName} is of a type that no dataset has."),
    };

    private static string EnumName(FieldDescriptor field, int number) =>
        field.EnumType.FindValueByNumber(number)?.Name ?? number.ToString(CultureInfo.InvariantCulture);

    private static void WriteValue(Utf8JsonWriter json, FieldDescriptor field, object value)
    {
        switch (value)
        {
            case ByteString bytes when field.FieldType == FieldType.Message:
                WriteMessage(json, field.MessageType, bytes);
                break;
            case ByteString bytes:
                json.WriteStringValue(bytes.ToBase64());
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
