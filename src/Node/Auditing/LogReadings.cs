using Exchange.Format.V1;
using Exchange.Node.Identity;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Vocabulary;

namespace Exchange.Node.Auditing;

/// <summary>
/// Reading the log is itself logged, and durably before anything is answered: who reads what everybody does is not to be unseen himself.
/// </summary>
internal sealed class LogReadings(Recorder recorder, SnapshotHolder snapshots)
{
    internal const string Query = "query";
    internal const string Entry = "entry";
    internal const string Proof = "inclusion-proof";
    internal const string Export = "export";
    internal const string Files = "files";

    /// <summary>The roles that may read entries.</summary>
    private const MemberRoles Readers = MemberRoles.Auditor | MemberRoles.Operator;

    /// <summary>What an entry about this reading says so far.</summary>
    internal EntryFacts Begin(Member reader, string readAs) => new(TransferId.New(), snapshots.Current) { Kind = EntryKind.LogRead, Actor = reader.Id, ReadAs = readAs };

    /// <summary>Whether the member may read entries.</summary>
    internal static bool MayRead(Member reader) => (reader.Roles & Readers) != MemberRoles.None;

    /// <summary>Records that entries [from, to) are read; null when that is durable, otherwise why nothing may be answered.</summary>
    internal async ValueTask<Refusal?> RecordAsync(EntryFacts facts, ulong from, ulong to, ulong count)
    {
        (facts.ReadFrom, facts.ReadTo, facts.Count) = (from, to, count);
        var result = await recorder.RecordAsync(facts).ConfigureAwait(false);
        return result.IsDurable ? null : new Refusal(result.Outcome, facts.Id, null, []);
    }

    /// <summary>Records that a reading was refused.</summary>
    internal ValueTask<Refusal> RefuseAsync(EntryFacts facts, ErrorCode code, Violation? violation = null, TimeSpan? retryAfter = null)
    {
        facts.ReadAs = null; // Nothing was read.
        return recorder.RefuseAsync(facts, code, violation is { } one ? [one] : null, retryAfter);
    }
}
