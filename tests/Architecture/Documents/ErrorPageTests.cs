using Exchange.Vocabulary;

namespace Exchange.Architecture.Tests.Documents;

/// <summary>A refusal links to the page of its reason: the page must be there and say what the catalogue says.</summary>
public sealed class ErrorPageTests
{
    private const string Folder = "docs/errors";

    /// <summary>One description a reason: several causes may look alike from outside. NONE is no refusal.</summary>
    private static readonly Dictionary<string, ErrorDescription> Reasons = ErrorCatalogue.Entries
        .Where(description => description.Code != ErrorCode.None)
        .DistinctBy(description => description.Reason)
        .ToDictionary(description => description.Reason, StringComparer.Ordinal);

    [Fact]
    public void The_catalogue_describes_every_code()
    {
        ErrorCatalogue.Entries.Select(description => description.Code).ShouldBe(Enum.GetValues<ErrorCode>());
        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            ErrorCatalogue.Of(code).Code.ShouldBe(code);
        }
    }

    [Fact]
    public void Codes_of_one_reason_look_alike() =>
        ErrorCatalogue.Entries
            .Where(description => description.Code != ErrorCode.None && description != Reasons[description.Reason] with { Code = description.Code })
            .ShouldBeEmpty();

    [Fact]
    public void Every_reason_has_a_page_and_every_page_a_reason() =>
        SourceTree.Files(Folder, "*.md").ShouldBe(Reasons.Keys.Select(reason => $"{Folder}/{reason}.md").Order(StringComparer.Ordinal));

    [Fact]
    public void A_page_states_reason_status_and_retry_as_the_catalogue_does()
    {
        foreach (var (reason, description) in Reasons)
        {
            var page = SourceTree.Read($"{Folder}/{reason}.md");
            var facts = $"gRPC status `{Screaming(description.Status)}` ({(int)description.Status}) · {(description.Retryable ? "retryable, with a fresh request id" : "not retryable")}";
            page.Split('\n').ShouldContain($"# {reason}", $"the heading of {reason}");
            page.Split('\n').ShouldContain(facts, $"the page of {reason} must have this line");
        }
    }

    private static string Screaming(CallStatus status) =>
        string.Concat($"{status}".Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
