using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Audit.Proofs.Verification;

namespace Exchange.Verifier;

/// <summary>A verification's report for a reader: lines of <c>name  value</c>, or JSON with the same names.</summary>
public static class VerificationText
{
    // Sentences for people, with their quotation marks; nothing here ends up in a page.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The report as lines.</summary>
    public static string ToLines(VerificationReport report) =>
        string.Join(Environment.NewLine, Facts(report).Select(fact => $"{fact.Name,-18}{fact.Value?.ToString() ?? "-"}"));

    /// <summary>The report as one line of JSON.</summary>
    public static string ToJson(VerificationReport report)
    {
        var json = new JsonObject();
        foreach (var (name, value) in Facts(report))
        {
            json[name] = value;
        }

        return json.ToJsonString(Plain);
    }

    private static IEnumerable<(string Name, JsonNode? Value)> Facts(VerificationReport report)
    {
        yield return ("verified", report.IsVerified);
        yield return ("origin", report.Origin);
        yield return ("first_index", report.FirstIndex);
        yield return ("size", report.Size);
        yield return ("groups", report.Groups);
        yield return ("segments", report.Segments);
        yield return ("signatures", report.SignaturesChecked ? "checked" : "not checked");
        yield return ("receipts_found", report.ReceiptsFound);
        yield return ("unfinished_bytes", report.UnfinishedBytes);
        if (report.Problem is not { } problem)
        {
            yield return ("tree_root", report.TreeRoot.ToString());
            yield return ("last_time", report.LastTime.ToString());
            yield break;
        }

        yield return ("problem", problem.Kind.ToString());
        yield return ("entry", problem.EntryIndex);
        yield return ("file", problem.Segment);
        yield return ("offset", problem.Offset);
        yield return ("what", problem.What);
    }
}
