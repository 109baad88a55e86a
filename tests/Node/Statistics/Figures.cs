using System.Collections.Concurrent;
using System.Globalization;
using Exchange.Datasets.Demand.V1;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Node.Tests.Statistics;

/// <summary>What a marketplace has to say about demand, month by month; a month can be answered in any way, and who asks is counted.</summary>
internal sealed class Figures
{
    private readonly ConcurrentDictionary<long, Func<ProviderFetchRequest, Task<ProviderFetchResponse>>> _months = new();
    private readonly ConcurrentQueue<ProviderFetchRequest> _asked = new();

    /// <summary>The calls about a month, in order.</summary>
    internal List<ProviderFetchRequest> Asked(DateTimeOffset month) => [.. _asked.Where(request => request.Period.Start == Instant.From(month).Microseconds)];

    /// <summary>Answers for a month, in pages of the asked size.</summary>
    internal void Have(DateTimeOffset month, params Cell[] cells) => Have(month, request =>
    {
        var skip = request.PageToken.IsEmpty ? 0 : int.Parse(request.PageToken.ToStringUtf8(), CultureInfo.InvariantCulture);
        var response = new ProviderFetchResponse { Records = { cells.Skip(skip).Take((int)request.PageSize).Select(cell => cell.ToByteString()) } };
        skip += (int)request.PageSize;
        response.NextPageToken = ByteString.CopyFromUtf8(skip < cells.Length ? skip.ToString(CultureInfo.InvariantCulture) : string.Empty);
        return Task.FromResult(response);
    });

    /// <summary>Answers for a month as the test likes.</summary>
    internal void Have(DateTimeOffset month, Func<ProviderFetchRequest, Task<ProviderFetchResponse>> answer) => _months[Instant.From(month).Microseconds] = answer;

    internal Task<ProviderFetchResponse> AnswerAsync(ProviderFetchRequest request)
    {
        _asked.Enqueue(request);
        return _months[request.Period.Start](request);
    }

    /// <summary>A cell whose figures follow from the number of people.</summary>
    internal static Cell Cell(DateTimeOffset month, string region, string category, long people) => new()
    {
        Month = Timestamp.FromDateTimeOffset(month),
        RegionName = region,
        Category = category,
        Orders = 3 * people,
        Goods = 7 * people,
        Revenue = new Money { MinorUnits = 100_000 * people, CurrencyCode = "RUB" },
        Contributors = people,
    };

    /// <summary>
    /// Three regions by two categories, with all totals. In the north six people bought books: one cell of fewer than ten.
    /// </summary>
    internal static Cell[] Table(DateTimeOffset month) =>
    [
        Cell(month, "", "", 321),
        Cell(month, "", "books", 96),
        Cell(month, "", "toys", 225),
        Cell(month, "north", "", 66),
        Cell(month, "north", "books", 6),
        Cell(month, "north", "toys", 60),
        Cell(month, "south", "", 110),
        Cell(month, "south", "books", 40),
        Cell(month, "south", "toys", 70),
        Cell(month, "west", "", 145),
        Cell(month, "west", "books", 50),
        Cell(month, "west", "toys", 95),
    ];

    /// <summary>What ten people a cell leave of that table: the thin cell, and as few others as keep it from being the rest of a sum.</summary>
    internal static readonly string[] Published = ["/", "/books", "/toys", "north/", "south/", "west/", "west/books", "west/toys"];

    internal static string NameOf(Cell cell) => $"{cell.RegionName}/{cell.Category}";
}
