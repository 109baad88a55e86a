using Exchange.Audit;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Reading;
using Exchange.Format.V1;
using Exchange.Node.Linkage;
using Exchange.Node.Recording;
using Exchange.Node.Snapshots;
using Exchange.Node.Telemetry;
using Exchange.Vocabulary;

namespace Exchange.Node.Auditing;

/// <summary>
/// Removes entries that have been kept as long as the operator wants, a whole segment at a time, after the log says so. Without such a wish
/// everything is kept for ever.
/// </summary>
internal sealed class RetentionSchedule(
    AuditLog log, EntryLinkage linkage, Recorder recorder, SnapshotHolder snapshots, NodeConfiguration configuration, TimeProvider clock, ILogger<RetentionSchedule> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration.Retention.Entries is not { } keep)
        {
            return;
        }

        using var timer = new PeriodicTimer(LookEvery, clock);
        try
        {
            do
            {
                await RemoveAsync(clock.Now() - keep).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // Stopping; what is too old is removed after the next start.
        }
    }

    /// <summary>Removes the segments all of whose entries are older than a time.</summary>
    private async Task RemoveAsync(Instant before)
    {
        try
        {
            // Again what a run before may not have come to: it was cut off between the one and the other.
            var first = log.FirstIndex;
            linkage.EraseBelow(first);
            var index = log.Reader.FirstAt(before, first, log.Size) / TileAddress.FullWidth * TileAddress.FullWidth;
            if (index <= first)
            {
                return;
            }

            var outcome = await recorder.RemoveAsync(new EntryFacts(TransferId.New(), snapshots.Current)
            {
                Kind = EntryKind.EntriesRemoved,
                Actor = configuration.Id,
                MinimumIndex = index,
            }).ConfigureAwait(false);
            if (outcome != ErrorCode.None)
            {
                NodeLog.EntriesNotRemoved(logger, ErrorCatalogue.Of(outcome).Mend);
            }
            else if (log.FirstIndex > first)
            {
                linkage.EraseBelow(log.FirstIndex);
                NodeLog.EntriesRemoved(logger, log.FirstIndex);
            }
        }
        catch (IOException fault)
        {
            NodeLog.EntriesNotRemoved(logger, fault.Message);
        }
    }
}
