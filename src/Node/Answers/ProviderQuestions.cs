using Exchange.Node.Recording;
using Exchange.Node.Transfers;
using Exchange.Policy.Minimisation;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Node.Answers;

/// <summary>How a provider is asked: it learns what may be released, not what was asked nor by whom.</summary>
internal sealed class ProviderQuestions(NodeLimits limits, TimeProvider clock)
{
    /// <summary>The question for some leaves of the permitted subject, from the beginning; a page's size and cursor are the caller's to set.</summary>
    internal static ProviderFetchRequest About(EntryFacts facts, Permit permit, in FieldSet leaves, long periodStart, long periodEnd)
    {
        var names = permit.Ask.Names;
        var request = new ProviderFetchRequest
        {
            TransferId = UnsafeByteOperations.UnsafeWrap(facts.Id.ToArray()),
            Dataset = names.Dataset.Id.Value,
            Purpose = names.Purpose.Value,
            Subject = permit.Subject is null ? null : new Subject { Scheme = names.Dataset.SubjectScheme!.Value.Value, Value = permit.Subject },
            Period = new TimeRange { Start = periodStart, End = periodEnd },
        };
        request.Fields.Add(names.Dataset.Shape.Paths(leaves));
        return request;
    }

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
