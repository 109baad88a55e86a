using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Datasets.Demand.V1;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Exchange.Policy.Tests.Suppression;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;
using PolicyCell = Exchange.Policy.Suppression.Cell;

namespace Exchange.Node.Tests.Statistics;

/// <summary>Statistics through a running node. Each test has a month of its own: what is frozen stays frozen.</summary>
public sealed class StatisticsTests(StatisticsWorld world) : IClassFixture<StatisticsWorld>
{
    [Fact]
    public async Task An_office_gets_the_cells_with_enough_people_and_no_trace_of_the_others()
    {
        var month = StatisticsWorld.Month(1);
        world.Figures.Have(month, Figures.Table(month));

        var page = await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month, [.. StatisticsWorld.OfficeFields, "contributors"]));

        var cells = StatisticsWorld.CellsOf(page);
        cells.Select(Figures.NameOf).ShouldBe(Figures.Published);
        foreach (var cell in cells)
        {
            var served = Figures.Table(month).Single(served => Figures.NameOf(served) == Figures.NameOf(cell));
            cell.ShouldBe(new Cell(served) { Contributors = 0 });
        }

        page.Header.LastPage.ShouldBeTrue();
        page.Terms.LegalBasis.ShouldBe(Format.V1.LegalBasis.Statistics);
        page.Terms.LegalReference.ShouldBe("Article 8 of the act on official statistics");
        page.Terms.Obligations.MinimumContributors.ShouldBe(10U);
        page.Terms.Withheld.Select(field => (field.Path, field.Reason)).ShouldBe([("contributors", WithheldReason.NotInPolicy)]);
        var entry = world.EntryOf(page.Receipt);
        entry.Kind.ShouldBe(EntryKind.Released);
        entry.LegalBasis.ShouldBe(Format.V1.LegalBasis.Statistics);
        entry.SubjectPseudonym.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_provider_is_asked_once_for_what_any_rule_over_the_table_permits()
    {
        var month = StatisticsWorld.Month(2);
        world.Figures.Have(month, Figures.Table(month));

        await world.Planners.FetchAsync(StatisticsWorld.PlannersAsk(month) with { Fields = ["orders"] });
        await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month, "goods"));
        await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month, "revenue.minor_units"));

        var asked = world.Figures.Asked(month).ShouldHaveSingleItem();
        asked.Fields.ShouldBe(["month", "region_name", "category", "orders", "goods", "revenue.minor_units", "revenue.currency_code", "contributors"]);
        asked.Subject.ShouldBeNull();
        asked.Period.ShouldBe(new TimeRange { Start = Instant.From(month).Microseconds, End = Instant.From(month.AddMonths(1)).Microseconds });
    }

    [Fact]
    public async Task Later_askers_get_what_the_first_one_got_although_the_figures_have_changed()
    {
        var month = StatisticsWorld.Month(3);
        world.Figures.Have(month, Figures.Table(month));
        var first = await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month));

        world.Figures.Have(month, [.. Figures.Table(month).Select(cell => new Cell(cell) { Orders = cell.Orders + 1, Contributors = cell.Contributors + 10 })]);
        var second = await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month));
        var planners = await world.Planners.FetchAsync(StatisticsWorld.PlannersAsk(month));

        StatisticsWorld.CellsOf(second).ShouldBe(StatisticsWorld.CellsOf(first));
        StatisticsWorld.CellsOf(planners).ShouldBe(StatisticsWorld.CellsOf(first).Select(cell => new Cell
        {
            RegionName = cell.RegionName,
            Category = cell.Category,
            Orders = cell.Orders / 50 * 50,
            Contributors = cell.Orders / 3,
        }));
    }

    [Fact]
    public async Task Two_releases_together_do_not_give_back_a_suppressed_cell()
    {
        var random = new Random(20261122);
        var (hidden, published) = (0, 0);
        for (var month = 1; month <= 12; month++)
        {
            var start = StatisticsWorld.Month(month, 2022);
            var table = RandomTable(random, start);
            world.Figures.Have(start, table);

            var office = StatisticsWorld.CellsOf(await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(start)));
            world.Figures.Have(start, []);
            var planners = StatisticsWorld.CellsOf(await world.Planners.FetchAsync(StatisticsWorld.PlannersAsk(start)));

            // Together they know the figures of every cell that either of them got.
            var known = office.Concat(planners).Select(Figures.NameOf).ToHashSet();
            List<PolicyCell> cells = [.. table.Select(cell => new PolicyCell([cell.RegionName, cell.Category], cell.Contributors))];
            bool[] secret = [.. table.Select(cell => !known.Contains(Figures.NameOf(cell)))];
            Snoop.Finds(cells, secret).ShouldBeEmpty();
            cells.Where((cell, place) => cell.Contributors < 10 && !secret[place]).ShouldBeEmpty();
            hidden += secret.Count(isSecret => isSecret);
            published += known.Count;
        }

        hidden.ShouldBeGreaterThan(30, "or nothing was at stake");
        published.ShouldBeGreaterThan(100, "or nothing was told");
    }

    [Fact]
    public async Task Two_who_ask_at_once_wait_for_one_answer()
    {
        var month = StatisticsWorld.Month(4);
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource<ProviderFetchResponse>());
        world.Figures.Have(month, _ =>
        {
            asked.TrySetResult();
            return answer.Task;
        });

        var office = world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month));
        await asked.Task;
        var planners = world.Planners.FetchAsync(StatisticsWorld.PlannersAsk(month));
        answer.SetResult(new ProviderFetchResponse { Records = { Figures.Table(month).Select(cell => cell.ToByteString()) } });

        StatisticsWorld.CellsOf(await office).Select(Figures.NameOf).ShouldBe(Figures.Published);
        StatisticsWorld.CellsOf(await planners).Select(Figures.NameOf).ShouldBe(Figures.Published);
        world.Figures.Asked(month).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_leaves_does_not_take_the_table_along()
    {
        var month = StatisticsWorld.Month(5);
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource<ProviderFetchResponse>());
        world.Figures.Have(month, _ =>
        {
            asked.TrySetResult();
            return answer.Task;
        });
        using var patience = new CancellationTokenSource();
        var impatient = world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month), patience.Token);
        await asked.Task;

        await patience.CancelAsync();
        (await Should.ThrowAsync<ExchangeRefusedException>(() => impatient)).Status.ShouldBe(CallStatus.Cancelled);
        answer.SetResult(new ProviderFetchResponse { Records = { Figures.Table(month).Select(cell => cell.ToByteString()) } });

        StatisticsWorld.CellsOf(await world.Planners.FetchAsync(StatisticsWorld.PlannersAsk(month))).Select(Figures.NameOf).ShouldBe(Figures.Published);
        world.Figures.Asked(month).Count.ShouldBe(1);
    }

    [Fact]
    public async Task All_pages_belong_to_the_table()
    {
        var month = StatisticsWorld.Month(6);
        Cell[] cells = [.. Enumerable.Range(0, 2_500).Select(number => Figures.Cell(month, $"region {number:0000}", "books", 20))];
        world.Figures.Have(month, cells);

        var page = await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month) with { PageSize = 7 });

        StatisticsWorld.CellsOf(page).Select(cell => cell.RegionName).ShouldBe(cells.Select(cell => cell.RegionName));
        page.Header.LastPage.ShouldBeTrue();
        world.Figures.Asked(month).Select(request => request.PageToken.ToStringUtf8()).ShouldBe(["", "1000", "2000"]);
    }

    public static TheoryData<string> Periods() => ["part", "two", "shifted", "open start", "open end", "none", "current", "future"];

    [Theory]
    [MemberData(nameof(Periods))]
    public async Task Anything_but_one_whole_ended_month_is_refused(string period)
    {
        var month = Instant.From(StatisticsWorld.Month(7));
        var end = Instant.From(StatisticsWorld.Month(8));
        var current = Instant.From(new DateTimeOffset(DateTimeOffset.UtcNow.Year, DateTimeOffset.UtcNow.Month, 1, 0, 0, 0, TimeSpan.Zero));
        var query = StatisticsWorld.OfficeAsks(StatisticsWorld.Month(7));
        query = period switch
        {
            "part" => query with { Until = end - TimeSpan.FromDays(1) },
            "two" => query with { Until = Instant.From(StatisticsWorld.Month(9)) },
            "shifted" => query with { From = month + TimeSpan.FromMicroseconds(1), Until = end + TimeSpan.FromMicroseconds(1) },
            "open start" => query with { From = null },
            "open end" => query with { Until = null },
            "none" => query with { From = null, Until = null },
            "current" => query with { From = current, Until = Instant.From(current.ToDateTimeOffset().AddMonths(1)) },
            _ => query with { From = new Instant(long.MaxValue - 1), Until = new Instant(long.MaxValue) },
        };

        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Office.FetchAsync(query));

        refused.Reason.ShouldBe("PERIOD_NOT_PERMITTED");
        refused.Violations.ShouldHaveSingleItem().Value.ShouldBe(
            $"name exactly one month of the calendar, UTC, that has ended; the last one is [{Instant.From(current.ToDateTimeOffset().AddMonths(-1))}, {current})");
        world.EntryOf(refused.Receipt!).Kind.ShouldBe(EntryKind.Refused);
        world.Figures.Asked(StatisticsWorld.Month(7)).ShouldBeEmpty();
    }

    /// <summary>The fault, the outcome in the log, and which field the office and the planners are told of: only their own.</summary>
    public static TheoryData<string, int, string?, string?> BadTables() => new()
    {
        { "twice", 502, null, null },
        { "another month", 505, null, null },
        { "nobody", 502, null, "contributors" },
        { "negative figure", 502, "goods", null },
        { "malformed", 503, null, null },
    };

    [Theory]
    [MemberData(nameof(BadTables))]
    public async Task One_bad_cell_and_nothing_is_frozen(string fault, int outcome, string? officeIsTold, string? plannersAreTold)
    {
        var month = StatisticsWorld.Month(12, 2000 + BadTables().ToList().FindIndex(row => (string)row[0] == fault));
        var table = Figures.Table(month);
        var bad = fault switch
        {
            "twice" => new Cell(table[5]) { Orders = 1 }.ToByteString(),
            "another month" => Figures.Cell(month.AddMonths(1), "east", "books", 40).ToByteString(),
            "nobody" => new Cell(table[5]) { RegionName = "east", Contributors = -20 }.ToByteString(),
            "negative figure" => new Cell(table[5]) { RegionName = "east", Goods = -1 }.ToByteString(),
            _ => ByteString.CopyFrom(0x12, 0x7F, 0x31),
        };
        world.Figures.Have(month, request => Task.FromResult(request.PageToken.IsEmpty
            ? new ProviderFetchResponse { Records = { table.Select(cell => cell.ToByteString()) }, NextPageToken = ByteString.CopyFromUtf8("more") }
            : new ProviderFetchResponse { Records = { bad } }));

        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month)));
        var planners = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Planners.FetchAsync(StatisticsWorld.PlannersAsk(month)));

        refused.Reason.ShouldBe("PROVIDER_ANSWER_INVALID");
        refused.Violations.Select(violation => violation.Key).ShouldBe(officeIsTold is null ? [] : [officeIsTold]);
        planners.Violations.Select(violation => violation.Key).ShouldBe(plannersAreTold is null ? [] : [plannersAreTold]);
        var entry = world.EntryOf(refused.Receipt!);
        ((int)entry.Outcome).ShouldBe(outcome);
        entry.Kind.ShouldBe(EntryKind.Failed);
        world.Figures.Have(month, table);
        StatisticsWorld.CellsOf(await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month))).Select(Figures.NameOf).ShouldBe(Figures.Published);
    }

    [Fact]
    public async Task A_provider_without_figures_yet_is_asked_again()
    {
        var month = StatisticsWorld.Month(8);
        world.Figures.Have(month, _ => throw new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.Unavailable, "The month is not closed yet.")));
        (await Should.ThrowAsync<ExchangeRefusedException>(() => world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month)))).Reason.ShouldBe("PROVIDER_UNAVAILABLE");

        world.Figures.Have(month, Figures.Table(month));

        StatisticsWorld.CellsOf(await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month))).Select(Figures.NameOf).ShouldBe(Figures.Published);
    }

    [Fact]
    public async Task A_table_without_any_publishable_cell_is_an_empty_release()
    {
        var month = StatisticsWorld.Month(9);
        world.Figures.Have(month, Figures.Cell(month, "north", "books", 4), Figures.Cell(month, "", "books", 4));

        var page = await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(month));

        page.Records.ShouldBeEmpty();
        world.EntryOf(page.Receipt).Kind.ShouldBe(EntryKind.Released);
    }

    private static Cell[] RandomTable(Random random, DateTimeOffset month)
    {
        string[] regions = ["north", "south", "west", "east"];
        string[] categories = ["books", "toys", "tools"];
        List<(string Region, string Category, long People)> inner = [.. regions.SelectMany(region => categories.Select(category => (region, category, random.Next(3) == 0 ? random.Next(1, 10) : random.NextInt64(10, 200))))];
        return
        [
            .. inner.Select(cell => Figures.Cell(month, cell.Region, cell.Category, cell.People)),
            .. regions.Select(region => Figures.Cell(month, region, "", inner.Where(cell => cell.Region == region).Sum(cell => cell.People))),
            .. categories.Select(category => Figures.Cell(month, "", category, inner.Where(cell => cell.Category == category).Sum(cell => cell.People))),
            Figures.Cell(month, "", "", inner.Sum(cell => cell.People)),
        ];
    }
}
