using System.Globalization;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Node.Subjects;
using Exchange.Node.Transfers;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>Reads a fetch request into what the pipeline works with, or says everything that is wrong with it.</summary>
internal sealed class FetchRequestReader(PageTokens pageTokens, NodeLimits limits)
{
    /// <summary>Most paths or assertions that a request may name; far above any dataset's.</summary>
    private const int MaximumNames = 1024;

    /// <summary>Null with a code and violations when the request cannot be used. Names that were found are kept for the entry.</summary>
    internal FetchAsk? Read(FetchRequest request, MemberId consumer, NodeSnapshot snapshot, out NamedTuple? names, out ErrorCode code, out IReadOnlyList<Violation> violations)
    {
        names = NamedTuple.Find(snapshot, request.Provider, request.Dataset, request.Purpose, out code, out violations);
        if (names is null)
        {
            return null;
        }

        var wrong = new List<Violation>();
        violations = wrong;
        code = ErrorCode.RequestMalformed;
        if (request.Fields.Count > MaximumNames || request.Assertions.Count > MaximumNames)
        {
            wrong.Add(new Violation("fields", string.Create(CultureInfo.InvariantCulture, $"name at most {MaximumNames} paths")));
            return null;
        }

        var subject = ReadSubject(request, names, wrong);
        var (start, end) = (request.Period?.Start ?? 0, request.Period?.End ?? 0);
        if (start < 0 || end < 0 || (end != 0 && end <= start))
        {
            wrong.Add(new Violation("period", "start and end are microseconds since the epoch, start before end; zero leaves a side open"));
        }
        else if ((start != 0 || end != 0) && names.Dataset.TimePath is null)
        {
            wrong.Add(new Violation("period", $"{names.Dataset.Id} has no time field to which a period could apply"));
        }

        if (request.PageSize > limits.MaximumPageSize)
        {
            wrong.Add(new Violation("page_size", string.Create(CultureInfo.InvariantCulture, $"at most {limits.MaximumPageSize} records a page")));
        }

        if (wrong.Count > 0)
        {
            return null;
        }

        if (request.Assertions.Count > 0)
        {
            code = ErrorCode.AssertionUnknown;
            violations = [new Violation("assertions", "the policy declares no assertions for this dataset and purpose")];
            return null;
        }

        if (!AskedFields.TryRead(request.Fields, names.Dataset, out var fields, out violations))
        {
            code = ErrorCode.FieldUnknown;
            return null;
        }

        if (fields.IsEmpty)
        {
            code = ErrorCode.FieldsEmpty;
            violations = [new Violation("fields", "name at least one field")];
            return null;
        }

        var page = new PageTokens.Page(1, ReadOnlyMemory<byte>.Empty);
        if (!request.PageToken.IsEmpty && !pageTokens.TryOpen(request, consumer, out page))
        {
            code = ErrorCode.PageTokenInvalid;
            violations = [new Violation("page_token", "not a token of this node for this request")];
            return null;
        }

        code = ErrorCode.None;
        return new FetchAsk
        {
            Request = request,
            Names = names,
            Subject = subject,
            Fields = fields,
            PeriodStart = start,
            PeriodEnd = end,
            Strict = request.Strict,
            PageSize = request.PageSize == 0 ? limits.PageSize : (int)request.PageSize,
            PageNumber = page.Number,
            Cursor = page.Cursor,
        };
    }

    /// <summary>Null for a dataset whose records are about nobody.</summary>
    private static SubjectName? ReadSubject(FetchRequest request, NamedTuple names, List<Violation> wrong)
    {
        if (names.Dataset.SubjectPath is null)
        {
            if (request.Subject is not null)
            {
                wrong.Add(new Violation("subject", $"{names.Dataset.Id} is about nobody; leave the subject out"));
            }

            return null;
        }

        if (!SubjectScheme.TryParse(request.Subject?.Scheme, out var scheme))
        {
            wrong.Add(new Violation("subject.scheme", "name the kind of identifier, for instance 'inn'"));
            return null;
        }

        if (!SubjectName.TryCreate(names.Provider.Id, names.Dataset.SubjectScheme, scheme, request.Subject!.Value, out var subject))
        {
            wrong.Add(new Violation("subject.value", string.Create(CultureInfo.InvariantCulture, $"must be text of 1 to {SubjectName.MaximumBytes} bytes")));
        }

        return subject;
    }
}
