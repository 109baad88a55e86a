using System.Globalization;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Node.Subjects;
using Exchange.Node.Transfers;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>Reads a fetch request into what the pipeline works with, or says everything that is wrong with it.</summary>
internal sealed class FetchRequestReader(PageTokens pageTokens, NodeLimits limits, TimeProvider clock)
{
    /// <summary>Most paths or assertions that a request may name; far above any dataset's.</summary>
    private const int MaximumNames = 1024;

    /// <summary>How long after its first page the further pages of a fetch belong to it.</summary>
    internal static readonly TimeSpan FetchLife = TimeSpan.FromMinutes(10);

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
            code = AskedAssertions.Check(request, out violations);
            return code == ErrorCode.None ? Asked(request, names, subject, new PageTokens.Page(1, clock.Now(), ReadOnlyMemory<byte>.Empty), default) : null;
        }

        if (!AskedFields.TryRead(request.Fields, names.Dataset, out var fields, out violations))
        {
            code = ErrorCode.FieldUnknown;
            return null;
        }

        if (fields.IsEmpty)
        {
            code = ErrorCode.FieldsEmpty;
            violations = [new Violation("fields", "name at least one field, or assertions instead")];
            return null;
        }

        var page = new PageTokens.Page(1, clock.Now(), ReadOnlyMemory<byte>.Empty);
        if (!request.PageToken.IsEmpty && !pageTokens.TryOpen(request, consumer, out page))
        {
            code = ErrorCode.PageTokenInvalid;
            violations = [new Violation("page_token", "not a token of this node for this request")];
            return null;
        }

        code = ErrorCode.None;
        return Asked(request, names, subject, page, fields);
    }

    private FetchAsk Asked(FetchRequest request, NamedTuple names, SubjectName? subject, in PageTokens.Page page, in AskedFields fields)
    {
        // A token kept for longer begins a new fetch: otherwise one fetch could be read again and again, however seldom the policy permits it.
        var now = clock.Now();
        var isContinued = page.Number > 1 && now - page.Begun < FetchLife;
        return new FetchAsk
        {
            Request = request,
            Names = names,
            Subject = subject,
            Fields = fields,
            Assertions = request.Assertions,
            PeriodStart = request.Period?.Start ?? 0,
            PeriodEnd = request.Period?.End ?? 0,
            Strict = request.Strict,
            PageSize = request.PageSize == 0 ? limits.PageSize : (int)request.PageSize,
            PageNumber = page.Number,
            Begun = isContinued ? page.Begun : now,
            IsContinued = isContinued,
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
