using System.Buffers;
using System.Runtime.CompilerServices;
using Exchange.Node.Allowances;
using Exchange.Node.Providers;
using Exchange.Node.Recording;
using Exchange.Node.Transfers;
using Exchange.Policy.Evaluation.Assertions;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Node.Answers;

/// <summary>
/// Evaluates assertions over all pages of a provider's answer. The provider is asked for the fields that they look at; each record passes the
/// minimiser, and what is left of it is counted and forgotten.
/// </summary>
internal sealed class AssertionEvaluation(ProviderDirectory providers, ProviderQuestions questions, RecordVerdicts verdicts, NodeLimits limits, TimeProvider clock)
{
    /// <summary>A dataset's whole record, for assertions may look at what the rule releases to nobody.</summary>
    private readonly ConditionalWeakTable<RecordShape, ReleasePlan> _plans = [];

    /// <summary>Fills in the answers, one for each assertion; or says why there are none: the consumer gets no field, so it is told of none.</summary>
    /// <exception cref="OperationCanceledException">The consumer went away.</exception>
    internal async ValueTask<ErrorCode> EvaluateAsync(
        EntryFacts facts, Permit permit, Assertion[] assertions, FrozenAnswer[] answers, DateTime deadline, CancellationToken cancellationToken)
    {
        var limit = questions.LimitOf(permit, deadline);
        var today = CalendarPeriod.Day.Around(clock.Now()).Start;
        var tallies = assertions.Select(assertion => new AssertionTally(assertion)).ToArray();

        // Each window is a question of its own: what lies outside one must not count for another.
        foreach (var window in assertions.Select(assertion => assertion.Window).Distinct())
        {
            var within = Enumerable.Range(0, assertions.Length).Where(i => assertions[i].Window == window).ToArray();
            var leaves = within.Aggregate(FieldSet.Empty, (set, i) => set | assertions[i].Expression.Leaves);
            var code = await TakeAllAsync(facts, permit, leaves, PeriodOf(window, today), [.. within.Select(i => tallies[i])], limit, cancellationToken).ConfigureAwait(false);
            if (code != ErrorCode.None)
            {
                return code;
            }
        }

        for (var i = 0; i < assertions.Length; i++)
        {
            answers[i] = new FrozenAnswer(assertions[i].Digest, tallies[i].Verdict);
        }

        return ErrorCode.None;
    }

    /// <summary>Whole days before the current one; open on both sides without a window.</summary>
    private static (long Start, long End) PeriodOf(TimeSpan? window, Instant today) =>
        window is { } days ? ((today - days).Microseconds, today.Microseconds) : (0, 0);

    private async ValueTask<ErrorCode> TakeAllAsync(
        EntryFacts facts, Permit permit, FieldSet leaves, (long Start, long End) period, AssertionTally[] tallies, DateTime deadline, CancellationToken cancellationToken)
    {
        var shape = permit.Ask.Names.Dataset.Shape;
        var needed = leaves | FieldSet.Of(shape.SubjectLeaf) | (shape.TimeLeaf < 0 ? FieldSet.Empty : FieldSet.Of(shape.TimeLeaf));
        var question = ProviderQuestions.About(facts, permit, needed, period.Start, period.End);
        question.PageSize = limits.PageSize;
        var pages = new AnswerPages(providers.Of(permit.Ask.Names.Provider).FetchAsync, question, limits, deadline);
        while (await pages.NextAsync(cancellationToken).ConfigureAwait(false) is { } page)
        {
            using (page)
            {
                var code = Take(facts, permit, page, leaves, period, tallies);
                if (code != ErrorCode.None)
                {
                    return code;
                }
            }
        }

        return pages.Outcome;
    }

    private ErrorCode Take(EntryFacts facts, Permit permit, ProviderAnswer page, in FieldSet leaves, (long Start, long End) period, AssertionTally[] tallies)
    {
        var plan = _plans.GetValue(permit.Ask.Names.Dataset.Shape, ReleasePlan.Keeping);
        var guard = new RecordGuard { Subject = permit.Subject, Start = period.Start, End = period.End };
        var room = Array.Empty<byte>();
        try
        {
            foreach (var record in page.Records())
            {
                var most = plan.MaximumOutput(record.Length);
                if (room.Length < most)
                {
                    ArrayPool<byte>.Shared.Return(room, clearArray: true);
                    room = ArrayPool<byte>.Shared.Rent(most);
                }

                var outcome = Minimiser.Minimise(plan, leaves, pseudonyms: null, record, guard, room);
                if (outcome.Verdict != MinimisationVerdict.Released)
                {
                    return verdicts.Refusal(facts, outcome, FieldSet.Empty, out _);
                }

                foreach (var tally in tallies)
                {
                    tally.Add(room.AsSpan(0, outcome.Length));
                }
            }

            return ErrorCode.None;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room, clearArray: true);
        }
    }
}
