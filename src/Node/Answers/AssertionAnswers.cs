using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.Node.Allowances;
using Exchange.Node.Consents;
using Exchange.Node.Recording;
using Exchange.Node.Telemetry;
using Exchange.Node.Transfers;
using Exchange.Policy.Model;
using Exchange.Vocabulary;
using Microsoft.Data.Sqlite;

namespace Exchange.Node.Answers;

/// <summary>
/// Answers to assertions: yes, no or undecided, by name. What was answered once in a calendar period is answered again alike and at no cost;
/// all else takes from the budget, and is durable with its answer before it leaves. So a crash can cost a unit, and never gives one.
/// </summary>
internal sealed class AssertionAnswers(
    AllowanceBook book,
    AllowanceKeys keys,
    IAllowanceStore store,
    EvaluationLocks locks,
    AssertionEvaluation evaluation,
    ConsentBook subjects,
    TimeProvider clock,
    ILogger<AssertionAnswers> logger) : IAnswerKind
{
    /// <inheritdoc/>
    public async ValueTask<WrittenAnswer> WriteAsync(EntryFacts facts, Permit permit, DateTime deadline, CancellationToken cancellationToken)
    {
        var budget = permit.Rule.AssertionBudget!;
        var key = keys.Of(AllowanceUse.Evaluations, permit.Rule.Key, subjects.IndexOf(permit), budget.Per, clock.Now());

        // Who asks the same at the same time waits for the first and shares its answer: one evaluation, one unit.
        using var held = await locks.HoldAsync(key.Name, cancellationToken).ConfigureAwait(false);
        var fresh = permit.Assertions!.Released.Where(assertion => !book.TryFindAnswer(key, assertion.Digest, out _)).ToArray();
        if (fresh.Length > 0)
        {
            if (!book.TryTake(key, fresh.Length, budget.Units))
            {
                return WrittenAnswer.Refused(ErrorCode.AssertionBudgetSpent, retryAfter: key.End - clock.Now());
            }

            var code = ErrorCode.InternalFault;
            try
            {
                code = await FreezeAsync(facts, permit, key, fresh, deadline, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (code != ErrorCode.None)
                {
                    book.GiveBack(key, fresh.Length);
                }
            }

            if (code != ErrorCode.None)
            {
                return WrittenAnswer.Refused(code);
            }
        }

        return WrittenAnswer.Of(Write(key, permit.Assertions.Released));
    }

    /// <summary>Evaluates and freezes; None when that was done.</summary>
    private async ValueTask<ErrorCode> FreezeAsync(EntryFacts facts, Permit permit, AllowanceKey key, Assertion[] fresh, DateTime deadline, CancellationToken cancellationToken)
    {
        var answers = new FrozenAnswer[fresh.Length];
        var code = await evaluation.EvaluateAsync(facts, permit, fresh, answers, deadline, cancellationToken).ConfigureAwait(false);
        if (code != ErrorCode.None)
        {
            return code;
        }

        try
        {
            await store.FreezeAsync(key, answers).ConfigureAwait(false);
        }
        catch (SqliteException exception)
        {
            NodeLog.AllowanceFaulted(logger, exception);
            return ErrorCode.StoreUnavailable;
        }

        foreach (var answer in answers)
        {
            book.Freeze(key, answer);
        }

        return ErrorCode.None;
    }

    private PlaintextWriter Write(in AllowanceKey key, IEnumerable<Assertion> released)
    {
        var plaintext = new PlaintextWriter();
        foreach (var assertion in released)
        {
            var isFrozen = book.TryFindAnswer(key, assertion.Digest, out var verdict);
            plaintext.WriteAnswer(new Answer { Assertion = assertion.Id, Verdict = (Verdict)(isFrozen ? verdict!.Value : throw new InvalidOperationException("An answer was not frozen.")) });
        }

        return plaintext;
    }
}
