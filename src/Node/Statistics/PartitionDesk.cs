using Exchange.Node.Answers;
using Exchange.Node.Providers;
using Exchange.Node.Recording;
using Exchange.Node.Telemetry;
using Exchange.Node.Transfers;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;

namespace Exchange.Node.Statistics;

/// <summary>
/// Hands out the one table of a partition: the frozen one, or else it asks the provider, suppresses, and freezes before anybody gets to see
/// a cell. Who asks meanwhile waits for the same table.
/// </summary>
internal sealed class PartitionDesk(FrozenTables tables, ProviderDirectory providers, NodeLimits limits, TimeProvider clock, ILogger<PartitionDesk> logger)
{
    private readonly Lock _joining = new();
    private readonly Dictionary<Partition, Task<Freezing>> _underWay = [];

    /// <summary>The table, or why there is none.</summary>
    /// <exception cref="OperationCanceledException">The consumer went away; the freezing goes on without it.</exception>
    internal async ValueTask<Freezing> ObtainAsync(EntryFacts facts, Permit permit, Partition partition, DateTime deadline, CancellationToken cancellationToken)
    {
        try
        {
            if (tables.Find(partition) is { } frozen)
            {
                // Durable before anybody gets it, like the table itself.
                return Freezing.Of(tables.Narrow(frozen, permit.Rule.Obligations.MinimumContributors!.Value, permit.Ask.Names.Dataset));
            }

            var freezing = Join(facts, permit, partition, deadline);
            var left = deadline - clock.GetUtcNow().UtcDateTime;
            return await freezing.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return Freezing.Refused(ErrorCode.ProviderTimedOut);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            NodeLog.StatisticsStoreFailed(logger, exception.GetType().Name, exception.Message);
            return Freezing.Refused(ErrorCode.StoreUnavailable);
        }
    }

    /// <summary>The freezing that is under way, or a new one.</summary>
    private Task<Freezing> Join(EntryFacts facts, Permit permit, Partition partition, DateTime deadline)
    {
        lock (_joining)
        {
            if (!_underWay.TryGetValue(partition, out var freezing))
            {
                freezing = Task.Run(() => FreezeAsync(facts, permit, partition, deadline), CancellationToken.None);
                _underWay.Add(partition, freezing); // It cannot have ended and left before it is here: that takes the lock.
            }

            return freezing;
        }
    }

    /// <summary>
    /// Not for one consumer but for all who will ask: so whoever leaves does not end it, only the deadline does.
    /// </summary>
    private async Task<Freezing> FreezeAsync(EntryFacts facts, Permit permit, Partition partition, DateTime deadline)
    {
        try
        {
            // Between the look of who started this and its start, another freezing may have ended.
            if (tables.Find(partition) is { } frozen)
            {
                return Freezing.Of(frozen);
            }

            if (tables.Contradicts(partition))
            {
                return Freezing.Refused(ErrorCode.PartitionFrozen);
            }

            var names = permit.Ask.Names;
            var reading = new TableReading(partition, names.Dataset, facts.Snapshot.Policy, permit.Decision.Rule!.Obligations.MinimumContributors!.Value);
            var question = ProviderQuestions.About(facts, permit, reading.Leaves, partition.Start.Microseconds, partition.End.Microseconds);
            question.PageSize = limits.MaximumPageSize;
            var pages = new AnswerPages(providers.Of(names.Provider).FetchAsync, question, limits, deadline);
            while (await pages.NextAsync(CancellationToken.None).ConfigureAwait(false) is { } page)
            {
                using (page)
                {
                    var record = reading.Take(page);
                    if (record.Verdict != MinimisationVerdict.Released)
                    {
                        return new(null, ErrorCode.ProviderAnswerInvalid, record);
                    }
                }
            }

            if (pages.Outcome != ErrorCode.None)
            {
                return Freezing.Refused(pages.Outcome);
            }

            // Durable first: what anybody has seen must be what everybody will see.
            var table = reading.Freeze();
            if (!tables.TryAdd(table))
            {
                return Freezing.Refused(ErrorCode.PartitionFrozen);
            }

            NodeLog.StatisticsFrozen(logger, partition.Dataset, partition.Provider, partition.Start, partition.End);
            return Freezing.Of(table);
        }
        finally
        {
            lock (_joining)
            {
                _underWay.Remove(partition);
            }
        }
    }
}
