using System.Collections.Immutable;
using Exchange.Envelopes;
using Exchange.Node.Answers;
using Exchange.Node.Keys;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Node.Telemetry;
using Exchange.Node.Transfers;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;

namespace Exchange.Node.Statistics;

/// <summary>
/// One whole partition of statistics in one envelope: the frozen cells, passed through the consumer's own rule as the records of a page are.
/// </summary>
internal sealed class StatisticsTable(
    PartitionDesk desk, ProviderQuestions questions, PseudonymKeys pseudonyms, RecordVerdicts verdicts, NodeLimits limits, TimeProvider clock, ILogger<StatisticsTable> logger) : IAnswerKind
{
    /// <inheritdoc/>
    public async ValueTask<WrittenAnswer> WriteAsync(EntryFacts facts, Permit permit, DateTime deadline, CancellationToken cancellationToken)
    {
        var (ask, dataset) = (permit.Ask, permit.Ask.Names.Dataset);
        if (ask.PageNumber > 1)
        {
            return WrittenAnswer.Refused(ErrorCode.PageTokenInvalid, [new("page_token", "statistics come whole, in one page")]);
        }

        if (!Partition.TryRead(ask, dataset.Statistics!, clock.Now(), out var partition, out var violation))
        {
            return WrittenAnswer.Refused(ErrorCode.PeriodNotPermitted, [violation]);
        }

        var (table, code, record) = await desk.ObtainAsync(facts, permit, partition, questions.LimitOf(permit, deadline), cancellationToken).ConfigureAwait(false);
        if (table is null)
        {
            return Refused(facts, permit, code, record);
        }

        var missing = table.Missing(dataset.Shape, permit.Decision.Released);
        if (!missing.IsEmpty)
        {
            return WrittenAnswer.Refused(ErrorCode.PartitionFrozen, [.. dataset.Shape.Paths(missing).Select(path => new Violation("fields", $"the frozen table of this period has no {path}; leave it out"))]);
        }

        return table.Under(permit.Decision.Rule!.Obligations.MinimumContributors!.Value, dataset) is { } cells
            ? Write(facts, permit, partition, cells)
            : WrittenAnswer.Refused(ErrorCode.PartitionFrozen, [new("period", "the policy has come to ask for more contributors and the dataset is another than when the table was frozen, so it cannot be suppressed further")]);
    }

    private WrittenAnswer Write(EntryFacts facts, Permit permit, in Partition partition, ImmutableArray<ReadOnlyMemory<byte>> cells)
    {
        var (plan, released) = (permit.Decision.Rule!.Plan, permit.Decision.Released);
        var guard = new RecordGuard { Start = partition.Start.Microseconds, End = partition.End.Microseconds };
        var key = pseudonyms.For(plan, released, facts.Consumer);
        var plaintext = new PlaintextWriter();
        try
        {
            var bytes = 0L;
            foreach (var cell in cells)
            {
                var room = plaintext.BeginRecord(plan.MaximumOutput(cell.Length));
                var outcome = Minimiser.Minimise(plan, released, key, cell.Span, guard, room);
                plaintext.EndRecord(outcome.Length);
                if (outcome.Verdict != MinimisationVerdict.Released)
                {
                    return Refused(facts, permit, ErrorCode.ProviderAnswerInvalid, outcome);
                }

                bytes += outcome.Length;
                if (bytes > limits.PageBytes)
                {
                    return WrittenAnswer.Refused(ErrorCode.ProviderAnswerTooLarge, [new("fields", "the table of this period is larger than one envelope; ask for fewer fields")]);
                }
            }

            var written = WrittenAnswer.Of(plaintext);
            plaintext = null;
            return written;
        }
        finally
        {
            plaintext?.Dispose();
        }
    }

    private WrittenAnswer Refused(EntryFacts facts, Permit permit, ErrorCode code, in MinimisationOutcome record)
    {
        if (record.Verdict == MinimisationVerdict.Released)
        {
            return WrittenAnswer.Refused(code);
        }

        if (record is { Verdict: MinimisationVerdict.Invalid, Breach: null })
        {
            NodeLog.CellInvalid(logger, facts.Id, facts.Provider, facts.Dataset);
        }

        code = verdicts.Refusal(facts, record, permit.Decision.Released, out var violations);
        return WrittenAnswer.Refused(code, violations);
    }
}
