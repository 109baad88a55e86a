using Exchange.Audit;
using Exchange.Format.V1;
using Exchange.Node.Connections;
using Exchange.Node.Identity.Differences;
using Exchange.Node.Recording;
using Exchange.Node.Telemetry;
using Exchange.Policy.Evaluation.Differences;
using Exchange.Vocabulary;

namespace Exchange.Node.Snapshots;

/// <summary>
/// Puts a change in force, in an order that leaves no release in doubt (I5):
/// <code>
///   close ─▶ archive ─▶ entries ─▶ swap ─▶ end connections
///     │                               └ by the sequencer, as the last entry gets its place: what stands before it was decided by the
///     │                                 old snapshot, what stands behind it by the new one
///     └ first when something is taken back: it stops before it is recorded, like a withdrawal
/// </code>
/// </summary>
internal sealed class SnapshotSwitch(
    SnapshotHolder holder,
    SnapshotArchive archive,
    Recorder recorder,
    OpenConnections connections,
    NodeConfiguration configuration,
    ILogger<SnapshotSwitch> logger)
{
    /// <summary>Whether the change is in force. If it could not be recorded, what widens is not; what narrows is: nothing is released until a later attempt succeeds.</summary>
    internal async Task<bool> PutInForceAsync(SnapshotChange change)
    {
        if (change.Narrows)
        {
            holder.Close();
        }

        if (await RecordAsync(change).ConfigureAwait(false) is { } fault)
        {
            NodeLog.ChangeNotRecorded(logger, fault);
            if (change.Narrows)
            {
                holder.StayClosed($"a change of policy or members could not be recorded: {fault}");
            }
            else
            {
                holder.Reopen();
            }

            return false;
        }

        var ended = connections.EndThoseOfLostMembers();
        Tell(change, ended);
        return true;
    }

    /// <summary>Null when the change is durable and the new snapshot in force; otherwise why it is not.</summary>
    private async Task<string?> RecordAsync(SnapshotChange change)
    {
        List<(EntryFacts Facts, ChangeReport Report)> entries = [];
        if (change.Registry is { } registry)
        {
            var report = new ChangeReport(RegistryDifferenceJson.Write(registry));
            entries.Add((Facts(EntryKind.RegistryChanged, change, registry.Previous, report), report));
        }

        if (change.Policy is { } policy)
        {
            var report = new ChangeReport(PolicyDifferenceJson.Write(policy));
            var facts = Facts(EntryKind.PolicyChanged, change, policy.Previous, report);
            (facts.RulesWidened, facts.RulesNarrowed) = (policy.RulesWidened, policy.RulesNarrowed);
            entries.Add((facts, report));
        }

        try
        {
            archive.Keep(change.Next);
            entries.ForEach(entry => archive.Keep(entry.Report));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }

        // Between two entries of one change neither snapshot decides.
        holder.Close();
        var swap = new SwapGate(holder, change.Next);
        foreach (var (facts, _) in entries)
        {
            var recorded = await recorder.RecordAsync(facts, facts == entries[^1].Facts ? swap : null).ConfigureAwait(false);
            if (recorded.Outcome != ErrorCode.None)
            {
                return ErrorCatalogue.Of(recorded.Outcome).Reason;
            }
        }

        return null;
    }

    private EntryFacts Facts(EntryKind kind, SnapshotChange change, in Digest previous, ChangeReport report) => new(TransferId.New(), change.Next)
    {
        Kind = kind,
        Actor = configuration.Id,
        PreviousDigest = previous,
        ChangeDigest = report.Digest,
    };

    private void Tell(SnapshotChange change, int ended)
    {
        if (change.Registry is { } registry)
        {
            NodeLog.RegistryChanged(logger, registry.Next, registry.Previous, registry.Members.Length, ended);
        }

        if (change.Policy is { } policy)
        {
            NodeLog.PolicyChanged(logger, policy.Next, policy.Previous, policy.RulesWidened, policy.RulesNarrowed, policy.Datasets.Length);
        }
    }

    /// <summary>
    /// Asked by the sequencer when the change's last entry is about to get its place. If the write then fails, the log has ended and nothing is
    /// released by either snapshot.
    /// </summary>
    private sealed class SwapGate(SnapshotHolder holder, NodeSnapshot next) : IReleaseGate
    {
        public ErrorCode Check()
        {
            holder.Swap(next);
            return ErrorCode.None;
        }
    }
}
