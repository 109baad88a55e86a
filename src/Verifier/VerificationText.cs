using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Audit.Proofs.Verification;

namespace Exchange.Verifier;

/// <summary>A verification's report for a reader: lines of <c>name  value</c>, or JSON with the same names; and a sentence.</summary>
public static class VerificationText
{
    private const string Checked = "checked";
    private const string NotChecked = "not checked";

    // Sentences for people, with their quotation marks; nothing here ends up in a page.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The report as lines.</summary>
    public static string ToLines(VerificationReport report) =>
        string.Join(Environment.NewLine, Facts(report).Select(fact => $"{fact.Name,-26}{fact.Value?.ToString() ?? "-"}"));

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

    /// <summary>What to make of it: verified or not, and what was not looked at.</summary>
    public static string Verdict(VerificationReport report)
    {
        if (report.Problem is { } problem)
        {
            return $"FAILED at entry {problem.EntryIndex}: {problem.What}.";
        }

        var verdict = $"Verified: {Entries(report.Size - report.FirstIndex)} of {report.Origin}.";
        verdict += report.SignaturesChecked ? string.Empty : " Signatures were not checked: pass --key.";
        verdict += report.CheckpointSignaturesChecked || report.CheckpointsFound == 0 ? string.Empty : " Who signed the checkpoints was not checked: pass --checkpoint-key.";
        verdict += report.CheckpointsUncheckable == 0 ? string.Empty : $" {report.CheckpointsUncheckable} checkpoints could not be compared, since that part of the tree is not here.";
        verdict += report.ErasedEntries is > 0 and { } erased ? $" Of {Entries((ulong)erased)} the linkage file does not tell the consent, so nobody can judge their order." : string.Empty;
        return report.UnfinishedBytes == 0 ? verdict : $"{verdict} Behind the last whole group stand {report.UnfinishedBytes} bytes of one that was never finished; nobody has a receipt for it.";
    }

    private static string Entries(ulong count) => count == 1 ? "1 entry" : $"{count} entries";

    private static IEnumerable<(string Name, JsonNode? Value)> Facts(VerificationReport report)
    {
        yield return ("verified", report.IsVerified);
        yield return ("origin", report.Origin);
        yield return ("first_index", report.FirstIndex);
        yield return ("size", report.Size);
        yield return ("groups", report.Groups);
        yield return ("segments", report.Segments);
        yield return ("bundles", report.Bundles);
        yield return ("signatures", report.SignaturesChecked ? Checked : NotChecked);
        yield return ("receipts_found", report.ReceiptsFound);
        yield return ("checkpoints_found", report.CheckpointsFound);
        yield return ("checkpoints_not_checkable", report.CheckpointsUncheckable);
        yield return ("checkpoint_signatures", report.CheckpointSignaturesChecked ? Checked : NotChecked);
        yield return ("snapshots", report.SnapshotsFound is null ? NotChecked : Checked);
        yield return ("snapshots_found", report.SnapshotsFound ?? 0);
        yield return ("consent_order", report.ConsentEventsChecked is null ? NotChecked : Checked);
        yield return ("consent_events", report.ConsentEventsChecked ?? 0);
        yield return ("erased_not_checkable", report.ErasedEntries ?? 0);
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
