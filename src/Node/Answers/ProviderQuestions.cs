using Exchange.Node.Providers;
using Exchange.Node.Recording;
using Exchange.Node.Transfers;
using Exchange.Policy.Minimisation;

namespace Exchange.Node.Answers;

/// <summary>How a provider is asked: it learns what may be released, not what was asked nor by whom.</summary>
internal sealed class ProviderQuestions(NodeLimits limits, TimeProvider clock)
{
    /// <summary>The question for some leaves of the permitted subject, from the beginning; a page's size and cursor are the caller's to set.</summary>
    internal static ProviderQuestion About(EntryFacts facts, Permit permit, in FieldSet leaves, long periodStart, long periodEnd) =>
        About(facts, permit, QuestionForm.For(permit.Ask.Names.Dataset, permit.Ask.Names.Purpose, leaves), periodStart, periodEnd);

    /// <summary>The same for leaves that were asked for before.</summary>
    internal static ProviderQuestion About(EntryFacts facts, Permit permit, QuestionForm form, long periodStart, long periodEnd) =>
        new() { Transfer = facts.Id, Form = form, Subject = permit.Subject, PeriodStart = periodStart, PeriodEnd = periodEnd };

    /// <summary>The node answers a little before its own deadline, so that the consumer gets a reason rather than a broken call.</summary>
    internal DateTime LimitOf(Permit permit, DateTime deadline)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var own = now + permit.Ask.Names.Provider.ProviderLimits.Deadline;
        var quarter = (deadline - now) / 4;
        var limit = deadline - (quarter < limits.AnswerReserve ? quarter : limits.AnswerReserve);
        return own < limit ? own : limit;
    }
}
