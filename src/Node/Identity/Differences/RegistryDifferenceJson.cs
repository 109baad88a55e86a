using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Policy.Evaluation.Differences;

namespace Exchange.Node.Identity.Differences;

/// <summary>A difference as JSON in UTF-8 (docs/members.md): the same difference is always the same bytes, so that its digest may stand in an audit entry.</summary>
internal static class RegistryDifferenceJson
{
    /// <summary>The value of the key <c>format</c>.</summary>
    internal const string Format = "exchange.registry-difference.v1";

    /// <summary>Writes one line, without a line feed.</summary>
    internal static byte[] Write(RegistryDifference difference)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteString("previous", difference.Previous.ToString());
            json.WriteString("next", difference.Next.ToString());
            json.WriteString("direction", PolicyDifferenceJson.Name(difference.Direction));
            json.WriteStartArray("members");
            foreach (var member in difference.Members)
            {
                Write(json, member);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, MemberDifference member)
    {
        json.WriteStartObject();
        json.WriteString("member", member.Member.Value);
        json.WriteString("direction", PolicyDifferenceJson.Name(member.Direction));
        json.WriteStartArray("changes");
        foreach (var change in member.Changes)
        {
            json.WriteStartObject();
            json.WriteString("direction", PolicyDifferenceJson.Name(change.Direction));
            json.WriteString("kind", change.Kind);
            if (change.Before is not null)
            {
                json.WriteString("before", change.Before);
            }

            if (change.After is not null)
            {
                json.WriteString("after", change.After);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
