using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Node.Telemetry;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;

namespace Exchange.Node.Answers;

/// <summary>What a record that the minimiser did not release means for the whole answer, and who is told what of it.</summary>
internal sealed class RecordVerdicts(ILogger<RecordVerdicts> logger)
{
    /// <summary>The refusal. The provider's operator may know which field broke which constraint; a consumer only of fields that it would have got.</summary>
    internal ErrorCode Refusal(EntryFacts facts, in MinimisationOutcome outcome, in FieldSet released, out IReadOnlyList<Violation> violations)
    {
        violations = [];
        if (outcome.Breach is { } breach)
        {
            NodeLog.RecordInvalid(logger, facts.Id, facts.Provider, breach.Rule, facts.Dataset, breach.Path);
            violations = released.Overlaps(breach.Leaves) ? [new Violation(breach.Path, $"a record of the provider breaks the dataset's constraint {breach.Rule} on this field")] : [];
        }

        return outcome.Verdict switch
        {
            MinimisationVerdict.Released => ErrorCode.None,
            MinimisationVerdict.Invalid => ErrorCode.ProviderAnswerInvalid,
            MinimisationVerdict.WrongSubject => ErrorCode.ProviderAnswerWrongSubject,
            MinimisationVerdict.OutsidePeriod => ErrorCode.ProviderAnswerOutsidePeriod,
            _ => ErrorCode.ProviderAnswerMalformed,
        };
    }
}
