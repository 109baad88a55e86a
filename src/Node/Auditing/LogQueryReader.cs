using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Queries;
using Exchange.Documents;
using Exchange.Format.V1;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Node.Subjects;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Auditing;

/// <summary>
/// Reads what a query asks for. Members, datasets and purposes need not be known any more: the log is older than the registry. A person's name
/// is nothing that stands in the log, so it comes apart.
/// </summary>
internal static class LogQueryReader
{
    /// <summary>The query without the person; null when something is wrong with it.</summary>
    internal static EntryQuery? Read(QueryLogRequest request, out Violation violation)
    {
        violation = Wrong(request);
        if (violation.Field is not null)
        {
            return null;
        }

        ErrorCode[] outcomes = request.Outcome.Length == 0 ? [] :
            [.. ErrorCatalogue.Entries.Where(known => known.Reason == request.Outcome).Select(known => known.Code)];
        if (request.Outcome.Length > 0 && outcomes.Length == 0)
        {
            var nearest = NearestName.Of(request.Outcome, ErrorCatalogue.Entries.Select(known => known.Reason).Distinct());
            violation = new Violation("outcome", $"'{request.Outcome}' is no reason of the catalogue{(nearest is null ? string.Empty : $"; did you mean {nearest}")}");
            return null;
        }

        return new EntryQuery
        {
            Consumer = Text(request.Consumer),
            Provider = Text(request.Provider),
            Dataset = Text(request.Dataset),
            Purpose = Text(request.Purpose),
            TransferId = request.TransferId.IsEmpty ? default(ReadOnlyMemory<byte>?) : request.TransferId.Memory,
            Kinds = [.. request.Kinds.Distinct()],
            Outcome = outcomes is [var single] ? single : null,
            Since = request.Period is { Start: > 0 and var start } ? new Instant(start) : null,
            Before = request.Period is { End: > 0 and var end } ? new Instant(end) : null,
            From = request.FirstIndex,

            // Some reasons stand for several causes, which the log tells apart.
            Test = outcomes.Length > 1 ? (_, entry) => outcomes.Contains(OutcomeOf(entry)) : null,
        };
    }

    /// <summary>The person whom a query names; false, with what is wrong, when the name is none.</summary>
    internal static bool TryReadSubject(QueryLogRequest request, NodeSnapshot snapshot, out SubjectName name, out Violation violation)
    {
        (name, violation) = (default, default);
        if (!SubjectScheme.TryParse(request.Subject.Scheme, out var scheme))
        {
            violation = new Violation("subject.scheme", "must be a name such as 'inn'");
            return false;
        }

        // A provider's own numbers mean nothing without the provider.
        var isProviders = snapshot.Datasets.Datasets.Any(dataset => dataset.SubjectScheme == scheme);
        if (!MemberId.TryParse(request.Provider, out var provider) && isProviders)
        {
            violation = new Violation("provider", $"must be the member whose own numbers '{scheme}' are");
            return false;
        }

        if (SubjectName.TryCreate(provider, isProviders ? scheme : null, scheme, request.Subject.Value, out name))
        {
            return true;
        }

        violation = new Violation("subject.value", $"must be 1 to {SubjectName.MaximumBytes} bytes of text");
        return false;
    }

    private static Violation Wrong(QueryLogRequest request) =>
        request.Consumer.Length > 0 && !MemberId.TryParse(request.Consumer, out _) ? new("consumer", "must be a member id")
        : request.Provider.Length > 0 && !MemberId.TryParse(request.Provider, out _) ? new("provider", "must be a member id")
        : request.Dataset.Length > 0 && !DatasetId.TryParse(request.Dataset, out _) ? new("dataset", "must be the name of a dataset")
        : request.Purpose.Length > 0 && !PurposeId.TryParse(request.Purpose, out _) ? new("purpose", "must be the name of a purpose")
        : !request.TransferId.IsEmpty && request.TransferId.Length != TransferId.Size ? new("transfer_id", $"must be {TransferId.Size} bytes")
        : request.Kinds.Any(kind => kind == EntryKind.Unspecified || !Enum.IsDefined(kind)) ? new("kinds", "must be kinds of entries that the format declares")
        : request.Period is { } period && (period.Start < 0 || period.End < 0 || (period.End > 0 && period.Start >= period.End)) ? new("period", "must begin before it ends")
        : request.EndIndex > 0 && request.FirstIndex > request.EndIndex ? new("end_index", "must not be before first_index")
        : default;

    private static string? Text(string text) => text.Length > 0 ? text : null;

    private static ErrorCode OutcomeOf(ReadOnlySpan<byte> entry)
    {
        for (var field = new EntryScan(entry); field.MoveNext();)
        {
            if (field.Number == AuditEntry.OutcomeFieldNumber)
            {
                return (ErrorCode)field.Value;
            }
        }

        return ErrorCode.None;
    }
}
