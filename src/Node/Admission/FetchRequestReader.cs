using System.Globalization;
using System.Text;
using Exchange.Node.Identity;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Node.Subjects;
using Exchange.Node.Transfers;
using Exchange.Policy.Evaluation;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>Reads a fetch request into what the pipeline works with, or says everything that is wrong with it.</summary>
internal sealed class FetchRequestReader(AskShapes shapes, PageTokens pageTokens, NodeLimits limits, TimeProvider clock)
{
    /// <summary>Most paths or assertions that a request may name; far above any dataset's.</summary>
    private const int MaximumNames = 1024;

    /// <summary>How long after its first page the further pages of a fetch belong to it.</summary>
    internal static readonly TimeSpan FetchLife = TimeSpan.FromMinutes(10);

    /// <summary>False with a code and violations when the request cannot be used. Names that were found are kept for the entry.</summary>
    internal bool TryRead(
        FetchMessage message, Member consumer, NodeSnapshot snapshot, out FetchAsk ask, out NamedTuple? names, out ErrorCode code, out IReadOnlyList<Violation> violations)
    {
        ask = default;
        var shape = shapes.Find(snapshot, consumer, message.Shape);
        var request = shape?.Request ?? FetchRequest.Parser.ParseFrom(message.Shape);
        (code, violations) = (ErrorCode.None, []);
        names = shape?.Names ?? NamedTuple.Find(snapshot, request.Provider, request.Dataset, request.Purpose, out code, out violations);
        if (names is null)
        {
            return false;
        }

        code = ErrorCode.RequestMalformed;
        if (request.Fields.Count > MaximumNames || request.Assertions.Count > MaximumNames)
        {
            violations = [new Violation("fields", string.Create(CultureInfo.InvariantCulture, $"name at most {MaximumNames} paths"))];
            return false;
        }

        List<Violation>? wrong = null;
        var scheme = shape is null ? ReadScheme(request, names, ref wrong) : shape.Scheme;
        var subject = scheme is { } known ? ReadSubject(message, names, known, ref wrong) : null;
        Judge(message, names, ref wrong);
        if (wrong is not null)
        {
            violations = wrong;
            return false;
        }

        if (shape is null)
        {
            (code, shape) = Understand(request, names, scheme, consumer, snapshot, out violations);
            if (shape is null)
            {
                return false;
            }

            shapes.Keep(snapshot, consumer, message.Shape, shape);
        }

        var page = new PageTokens.Page(1, clock.Now(), ReadOnlyMemory<byte>.Empty);
        if (request.Assertions.Count > 0)
        {
            code = AskedAssertions.Check(request, message, out violations);
            if (code != ErrorCode.None)
            {
                return false;
            }
        }
        else if (!message.PageToken.IsEmpty && !pageTokens.TryOpen(message, request, consumer.Id, out page))
        {
            code = ErrorCode.PageTokenInvalid;
            violations = [new Violation("page_token", "not a token of this node for this request")];
            return false;
        }

        code = ErrorCode.None;
        ask = Asked(message, shape, subject, page);
        return true;
    }

    private FetchAsk Asked(FetchMessage message, AskShape shape, SubjectName? subject, in PageTokens.Page page)
    {
        // A token kept for longer begins a new fetch: otherwise one fetch could be read again and again, however seldom the policy permits it.
        var now = clock.Now();
        var isContinued = page.Number > 1 && now - page.Begun < FetchLife;
        return new FetchAsk
        {
            Message = message,
            Shape = shape,
            Subject = subject,
            PageSize = message.PageSize == 0 ? limits.PageSize : (int)message.PageSize,
            PageNumber = page.Number,
            Begun = isContinued ? page.Begun : now,
            IsContinued = isContinued,
            Cursor = page.Cursor,
        };
    }

    /// <summary>What of the request means the same for every subject; null with a code when it means nothing.</summary>
    private static (ErrorCode Code, AskShape? Shape) Understand(
        FetchRequest request, NamedTuple names, SubjectScheme? scheme, Member consumer, NodeSnapshot snapshot, out IReadOnlyList<Violation> violations)
    {
        violations = [];
        var fields = default(AskedFields);
        if (request.Assertions.Count == 0)
        {
            if (!AskedFields.TryRead(request.Fields, names.Dataset, out fields, out violations))
            {
                return (ErrorCode.FieldUnknown, null);
            }

            if (fields.IsEmpty)
            {
                violations = [new Violation("fields", "name at least one field, or assertions instead")];
                return (ErrorCode.FieldsEmpty, null);
            }
        }

        var asked = snapshot.Policy.TryFindRule(consumer.Id, names.Provider.Id, names.Dataset.Id, names.Purpose, out var rule) ? fields.Meaning(rule.Permitted) : fields.All;
        return (ErrorCode.None, new AskShape
        {
            Request = request,
            Names = names,
            Scheme = scheme,
            Policy = PolicyDecision.Decide(snapshot.Policy, names.Dataset, consumer.Id, names.Provider.Id, names.Purpose, asked, request.Strict),
        });
    }

    /// <summary>Null for a dataset whose records are about nobody, and for a mistake.</summary>
    private static SubjectScheme? ReadScheme(FetchRequest request, NamedTuple names, ref List<Violation>? wrong)
    {
        if (names.Dataset.SubjectPath is null)
        {
            if (request.Subject is not null)
            {
                Add(ref wrong, new Violation("subject", $"{names.Dataset.Id} is about nobody; leave the subject out"));
            }

            return null;
        }

        if (SubjectScheme.TryParse(request.Subject?.Scheme, out var scheme))
        {
            return scheme;
        }

        Add(ref wrong, new Violation("subject.scheme", "name the kind of identifier, for instance 'inn'"));
        return null;
    }

    private static SubjectName? ReadSubject(FetchMessage message, NamedTuple names, SubjectScheme scheme, ref List<Violation>? wrong)
    {
        // No longer text can be a name; the bound keeps it from being made.
        var value = message.SubjectValue.Length <= 4 * SubjectName.MaximumBytes ? Encoding.UTF8.GetString(message.SubjectValue) : string.Empty;
        if (SubjectName.TryCreate(names.Provider.Id, names.Dataset.SubjectScheme, scheme, value, out var subject))
        {
            return subject;
        }

        Add(ref wrong, new Violation("subject.value", string.Create(CultureInfo.InvariantCulture, $"must be text of 1 to {SubjectName.MaximumBytes} bytes")));
        return null;
    }

    private void Judge(FetchMessage message, NamedTuple names, ref List<Violation>? wrong)
    {
        var (start, end) = (message.PeriodStart, message.PeriodEnd);
        if (start < 0 || end < 0 || (end != 0 && end <= start))
        {
            Add(ref wrong, new Violation("period", "start and end are microseconds since the epoch, start before end; zero leaves a side open"));
        }
        else if ((start != 0 || end != 0) && names.Dataset.TimePath is null)
        {
            Add(ref wrong, new Violation("period", $"{names.Dataset.Id} has no time field to which a period could apply"));
        }

        if (message.PageSize > limits.MaximumPageSize)
        {
            Add(ref wrong, new Violation("page_size", string.Create(CultureInfo.InvariantCulture, $"at most {limits.MaximumPageSize} records a page")));
        }
    }

    private static void Add(ref List<Violation>? wrong, Violation violation) => (wrong ??= []).Add(violation);
}
