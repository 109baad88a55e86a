using System.Buffers;
using System.Globalization;
using System.Text;
using Exchange.Node.Providers;
using Exchange.Policy.Minimisation;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Tests.Providers;

public sealed class AnswerPagesTests
{
    private const int RecordsPerPage = 3;

    private static readonly QuestionForm Form = SomeQuestion.Form(FieldSet.Range(0, 3));

    private readonly List<(string Cursor, DateTime Deadline)> _asked = [];

    [Fact]
    public async Task All_pages_come_in_order_under_one_deadline()
    {
        var deadline = new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

        var (pages, outcome) = await TakeAsync(Pages(4), new NodeLimits(), deadline);

        pages.ShouldBe(["0 0 0", "1 1 1", "2 2 2", "3 3 3"]);
        outcome.ShouldBe(ErrorCode.None);
        _asked.ShouldBe([("", deadline), ("1", deadline), ("2", deadline), ("3", deadline)]);
    }

    [Fact]
    public async Task A_single_page_is_a_whole_answer_and_so_is_an_empty_one()
    {
        (await TakeAsync(Pages(1), new NodeLimits())).Outcome.ShouldBe(ErrorCode.None);

        var (pages, outcome) = await TakeAsync(_ => new ProviderFetchResponse(), new NodeLimits());
        pages.ShouldBe([string.Empty]);
        outcome.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task An_answer_may_fill_its_bounds_and_not_go_beyond_one_of_them()
    {
        var bytes = Enumerable.Range(0, 4).Sum(page => Pages(4)(Cursor(page)).CalculateSize());
        var filled = new NodeLimits { AnswerPages = 4, AnswerRecords = 4 * RecordsPerPage, AnswerBytes = bytes };
        (await TakeAsync(Pages(4), filled)).Outcome.ShouldBe(ErrorCode.None);

        foreach (var exceeded in new[] { filled with { AnswerPages = 3 }, filled with { AnswerRecords = filled.AnswerRecords - 1 }, filled with { AnswerBytes = bytes - 1 } })
        {
            var (pages, outcome) = await TakeAsync(Pages(4), exceeded);
            outcome.ShouldBe(ErrorCode.ProviderAnswerTooLarge);
            pages.Count.ShouldBe(3);
        }
    }

    [Fact]
    public async Task A_provider_that_never_ends_is_not_asked_for_ever()
    {
        var (_, outcome) = await TakeAsync(Pages(int.MaxValue), new NodeLimits { AnswerPages = 20 });

        outcome.ShouldBe(ErrorCode.ProviderAnswerTooLarge);
        _asked.Count.ShouldBe(20);
    }

    [Fact]
    public async Task A_page_beyond_its_size_or_with_an_unusable_cursor_is_malformed()
    {
        (await TakeAsync(_ => new() { Records = { Enumerable.Repeat(ByteString.Empty, RecordsPerPage + 1) } }, new NodeLimits())).Outcome.ShouldBe(ErrorCode.ProviderAnswerMalformed);
        (await TakeAsync(_ => new() { NextPageToken = ByteString.CopyFrom(new byte[1025]) }, new NodeLimits())).Outcome.ShouldBe(ErrorCode.ProviderAnswerMalformed);
        (await TakeAsync(_ => new() { NextPageToken = ByteString.CopyFromUtf8("here") }, new NodeLimits())).Outcome.ShouldBe(ErrorCode.ProviderAnswerMalformed);
        _asked.Count.ShouldBe(4, "the cursor that leads nowhere takes two pages to be seen");
    }

    [Fact]
    public async Task A_page_that_fails_ends_the_answer_with_its_reason()
    {
        var calls = 0;
        var pages = new AnswerPages(
            (request, _, _) => ValueTask.FromResult(calls++ == 1 ? (null, ErrorCode.ProviderTimedOut) : (Read(Pages(3)(request)), ErrorCode.None)),
            Request(), new NodeLimits(), DateTime.MaxValue);

        (await pages.NextAsync(CancellationToken.None)).ShouldNotBeNull().Dispose();
        (await pages.NextAsync(CancellationToken.None)).ShouldBeNull();
        (await pages.NextAsync(CancellationToken.None)).ShouldBeNull();

        pages.Outcome.ShouldBe(ErrorCode.ProviderTimedOut);
        calls.ShouldBe(2, "nothing is asked after the end");
    }

    private async Task<(List<string> Pages, ErrorCode Outcome)> TakeAsync(Func<ProviderQuestion, ProviderFetchResponse> answer, NodeLimits limits, DateTime deadline = default)
    {
        var walk = new AnswerPages(
            (request, until, _) =>
            {
                _asked.Add((Encoding.UTF8.GetString(request.PageToken.Span), until));
                return ValueTask.FromResult<(ProviderAnswer?, ErrorCode)>((Read(answer(request)), ErrorCode.None));
            },
            Request(), limits, deadline);
        var taken = new List<string>();
        while (await walk.NextAsync(CancellationToken.None) is { } page)
        {
            using (page)
            {
                var records = new List<string>();
                foreach (var record in page.Records())
                {
                    records.Add(Encoding.UTF8.GetString(record));
                }

                taken.Add(string.Join(' ', records));
            }
        }

        return (taken, walk.Outcome);
    }

    private static ProviderQuestion Request() => new() { Transfer = TransferId.New(), Form = Form, PageSize = RecordsPerPage };

    private static ProviderQuestion Cursor(int page) => new() { Transfer = TransferId.New(), Form = Form, PageToken = Encoding.UTF8.GetBytes(page == 0 ? string.Empty : Number(page)) };

    /// <summary>So many pages, each of three records that hold its number.</summary>
    private static Func<ProviderQuestion, ProviderFetchResponse> Pages(int count) => request =>
    {
        var page = request.PageToken.IsEmpty ? 0 : int.Parse(Encoding.UTF8.GetString(request.PageToken.Span), CultureInfo.InvariantCulture);
        var response = new ProviderFetchResponse { Records = { Enumerable.Repeat(ByteString.CopyFromUtf8(Number(page)), RecordsPerPage) } };
        response.NextPageToken = ByteString.CopyFromUtf8(page + 1 < count ? Number(page + 1) : string.Empty);
        return response;
    };

    private static ProviderAnswer Read(ProviderFetchResponse response) => ProviderAnswer.Read(new ReadOnlySequence<byte>(response.ToByteArray()));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
