using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Exchange.Policy.Evaluation.Differences;

/// <summary>
/// A difference as JSON in UTF-8 (docs/policy.md): the same difference is always the same bytes, so that its digest may stand in an audit
/// entry. It names members, rules, fields and purposes, and no person.
/// </summary>
public static class PolicyDifferenceJson
{
    /// <summary>The value of the key <c>format</c>.</summary>
    public const string Format = "exchange.policy-difference.v1";

    /// <summary>Writes one line, without a line feed.</summary>
    public static byte[] Write(PolicyDifference difference)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteString("previous", difference.Previous.ToString());
            json.WriteString("next", difference.Next.ToString());
            json.WriteString("direction", Name(difference.Direction));
            json.WriteNumber("rules_widened", difference.RulesWidened);
            json.WriteNumber("rules_narrowed", difference.RulesNarrowed);
            WriteAll(json, "rules", difference.Rules, Write);
            WriteAll(json, "consent_managers", difference.Mandates, Write);
            WriteAll(json, "purposes", difference.Purposes, Write);
            WriteAll(json, "datasets", difference.Datasets, Write);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The word for a direction: <c>none</c>, <c>widens</c>, <c>narrows</c>, <c>both</c>.</summary>
    public static string Name(ChangeDirection direction) => direction switch
    {
        ChangeDirection.None => "none",
        ChangeDirection.Widens => "widens",
        ChangeDirection.Narrows => "narrows",
        _ => "both",
    };

    private static void Write(Utf8JsonWriter json, RuleDifference rule)
    {
        json.WriteString("consumer", rule.Key.Consumer.Value);
        json.WriteString("provider", rule.Key.Provider.Value);
        json.WriteString("dataset", rule.Key.Dataset.Value);
        json.WriteString("purpose", rule.Key.Purpose.Value);
        WriteIf(json, "rule_before", rule.Before);
        WriteIf(json, "rule_after", rule.After);
        json.WriteString("direction", Name(rule.Direction));
        WriteAll(json, "changes", rule.Changes, Write);
    }

    private static void Write(Utf8JsonWriter json, PolicyChange change)
    {
        json.WriteString("direction", Name(change.Direction));
        json.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName($"{change.Kind}"));
        json.WriteString("name", change.Name);
        WriteIf(json, "before", change.Before);
        WriteIf(json, "after", change.After);
    }

    private static void Write(Utf8JsonWriter json, MandateDifference difference)
    {
        json.WriteString("manager", difference.Mandate.Manager.Value);
        json.WriteString("provider", difference.Mandate.Provider.Value);
        json.WriteString("dataset", difference.Mandate.Dataset.Value);
        json.WriteString("consumer", difference.Mandate.Consumer.Value);
        json.WriteString("direction", Name(difference.Direction));
    }

    private static void Write(Utf8JsonWriter json, PurposeDifference purpose)
    {
        json.WriteString("purpose", purpose.Purpose);
        WriteIf(json, "before", purpose.Before);
        WriteIf(json, "after", purpose.After);
    }

    private static void Write(Utf8JsonWriter json, DatasetDifference dataset)
    {
        json.WriteString("dataset", dataset.Dataset.Value);
        WriteIf(json, "before", dataset.Before?.ToString());
        WriteIf(json, "after", dataset.After?.ToString());
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIf(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
