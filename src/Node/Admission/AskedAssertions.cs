using System.Globalization;
using Exchange.Documents;
using Exchange.Node.Refusals;
using Exchange.Policy.Model;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>What a request for assertions must be like: names alone, for all else would let a consumer shape the question.</summary>
internal static class AskedAssertions
{
    /// <summary>The most that one request may ask: so many answers have room in the size that all of them have.</summary>
    internal const int Maximum = 16;

    private const int MaximumShown = 80;

    /// <summary>None, or what is wrong with the request.</summary>
    internal static ErrorCode Check(FetchRequest request, FetchMessage message, out IReadOnlyList<Violation> violations)
    {
        var wrong = new List<Violation>();
        violations = wrong;
        if (request.Fields.Count > 0)
        {
            wrong.Add(new Violation("assertions", "ask for fields or for assertions, not for both"));
        }

        if (request.Assertions.Count > Maximum)
        {
            wrong.Add(new Violation("assertions", string.Create(CultureInfo.InvariantCulture, $"ask for at most {Maximum} at a time")));
        }
        else if (request.Assertions.Distinct(StringComparer.Ordinal).Count() != request.Assertions.Count)
        {
            wrong.Add(new Violation("assertions", "name each once"));
        }

        if (message.PageSize != 0 || !message.PageToken.IsEmpty)
        {
            wrong.Add(new Violation("page_size, page_token", "answers have no pages; leave both out"));
        }

        if (wrong.Count > 0)
        {
            return ErrorCode.RequestMalformed;
        }

        if (message.PeriodStart != 0 || message.PeriodEnd != 0)
        {
            // With a period of its choice a consumer could find single purchases by asking twice.
            violations = [new Violation("period", "the policy says over which window an assertion is evaluated; leave the period out")];
            return ErrorCode.PeriodNotPermitted;
        }

        return ErrorCode.None;
    }

    /// <summary>A violation for each name that the rule does not offer, with the nearest that it does.</summary>
    internal static IReadOnlyList<Violation> Unknown(IEnumerable<string> names, Rule rule) =>
    [
        .. names.Take(Maximum).Select(name => new Violation("assertions", $"the rule offers no assertion '{Shown(name)}'{Near(name, rule)}")),
    ];

    private static string Near(string name, Rule rule) =>
        name.Length <= MaximumShown && NearestName.Of(name, rule.Assertions.Select(assertion => assertion.Id)) is { } nearest ? $"; did you mean '{nearest}'?" : string.Empty;

    private static string Shown(string name) => name.Length <= MaximumShown ? name : name[..MaximumShown] + "…";
}
