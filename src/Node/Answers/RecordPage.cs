using System.Runtime.CompilerServices;
using Exchange.Envelopes;
using Exchange.Node.Keys;
using Exchange.Node.Providers;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Node.Transfers;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;

namespace Exchange.Node.Answers;

/// <summary>One page of records: every record straight into the plaintext; one bad record and nothing leaves.</summary>
internal sealed class RecordPage(ProviderDirectory providers, ProviderQuestions questions, PseudonymKeys pseudonyms, PageTokens pageTokens, RecordVerdicts verdicts) : IAnswerKind
{
    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(ReusedBoxBuilder<>))]
    public async ValueTask<WrittenAnswer> WriteAsync(EntryFacts facts, Permit permit, DateTime deadline, CancellationToken cancellationToken)
    {
        var ask = permit.Ask;
        var question = ProviderQuestions.About(facts, permit, permit.Terms!.Question, ask.PeriodStart, ask.PeriodEnd);
        question.PageSize = ask.PageSize;
        question.PageToken = ask.Cursor;
        var (obtained, failure) = await providers.Of(ask.Names.Provider).FetchAsync(question, questions.LimitOf(permit, deadline), cancellationToken).ConfigureAwait(false);
        if (obtained is null)
        {
            return WrittenAnswer.Refused(failure);
        }

        using var answer = obtained;
        if (!answer.IsWellFormed || answer.RecordCount > ask.PageSize || answer.NextPageToken.Length > PageTokens.MaximumCursor)
        {
            return WrittenAnswer.Refused(ErrorCode.ProviderAnswerMalformed);
        }

        var plaintext = new PlaintextWriter();
        try
        {
            var code = Minimise(facts, answer, permit, plaintext, out var violations);
            if (code != ErrorCode.None)
            {
                return WrittenAnswer.Refused(code, violations);
            }

            var written = WrittenAnswer.Of(plaintext, answer.NextPageToken.IsEmpty ? null : pageTokens.Seal(ask.Message, ask.Shape.Request, facts.Consumer, new PageTokens.Page(ask.PageNumber + 1, ask.Begun, answer.NextPageToken)));
            plaintext = null;
            return written;
        }
        finally
        {
            plaintext?.Dispose();
        }
    }

    private ErrorCode Minimise(EntryFacts facts, ProviderAnswer answer, Permit permit, PlaintextWriter plaintext, out IReadOnlyList<Violation> violations)
    {
        var released = permit.Decision.Released;
        var plan = permit.Rule.Plan;
        var key = pseudonyms.For(plan, released, facts.Consumer);
        var guard = new RecordGuard { Subject = permit.Subject, Start = permit.Ask.PeriodStart, End = permit.Ask.PeriodEnd };
        foreach (var record in answer.Records())
        {
            var room = plaintext.BeginRecord(plan.MaximumOutput(record.Length));
            var outcome = Minimiser.Minimise(plan, released, key, record, guard, room);
            plaintext.EndRecord(outcome.Length);
            if (outcome.Verdict != MinimisationVerdict.Released)
            {
                return verdicts.Refusal(facts, outcome, released, out violations);
            }
        }

        violations = [];
        return ErrorCode.None;
    }
}
