using Exchange.Client;
using Exchange.Datasets.Demand.V1;
using Exchange.Format.V1;
using Exchange.Node.Snapshots;
using Exchange.Node.Tests.Worlds;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Statistics;

/// <summary>What is frozen outlives the node, its policy and its provider's figures; each test has an exchange of its own.</summary>
public sealed class FrozenStatisticsTests
{
    private static readonly DateTimeOffset May = StatisticsWorld.Month(5);

    [Fact]
    public async Task A_restart_serves_the_same_cells_without_asking_the_provider()
    {
        await using var world = await StartAsync();
        var before = StatisticsWorld.CellsOf(await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May)));

        await world.RestartAsync();
        world.Figures.Have(May);

        StatisticsWorld.CellsOf(await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May))).ShouldBe(before);
        world.Figures.Asked(May).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_frozen_and_not_released_before_a_stop_is_what_is_released_after_it()
    {
        await using var world = await StartAsync();
        var table = Figures.Table(May);
        world.Figures.Have(May, _ =>
        {
            // Between the question and the release another policy comes into force, so the log's gate rejects the release: the table is
            // frozen, and nobody has seen it.
            var snapshots = world.Node.Host.Parts.GetRequiredService<SnapshotHolder>();
            snapshots.Swap(snapshots.Current with { Generation = snapshots.Current.Generation + 1 });
            return Task.FromResult(new ProviderFetchResponse { Records = { table.Select(cell => cell.ToByteString()) } });
        });
        (await Should.ThrowAsync<ExchangeRefusedException>(() => world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May)))).Reason.ShouldBe("POLICY_CHANGED");

        await world.RestartAsync();
        world.Figures.Have(May, [.. table.Select(cell => new Cell(cell) { Orders = 1, Contributors = 1000 })]);
        var after = StatisticsWorld.CellsOf(await world.Planners.FetchAsync(StatisticsWorld.PlannersAsk(May)));

        after.Select(Figures.NameOf).ShouldBe(Figures.Published);
        after.Select(cell => cell.Contributors).ShouldBe(table.Where(cell => Figures.Published.Contains(Figures.NameOf(cell))).Select(cell => cell.Contributors));
    }

    [Fact]
    public async Task Only_what_survived_suppression_is_on_the_disk()
    {
        await using var world = await StartAsync();
        await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May));

        var file = Directory.EnumerateFiles(world.TablesFolder, "*", SearchOption.AllDirectories).ShouldHaveSingleItem();

        Path.GetFileName(file).ShouldBe("20240501-20240601.table");
        var table = FrozenTable.Parser.ParseFrom(File.ReadAllBytes(file).AsSpan()[..^32].ToArray());
        table.Cells.Select(cell => Figures.NameOf(Cell.Parser.ParseFrom(cell))).ShouldBe(Figures.Published);
    }

    [Fact]
    public async Task A_lower_limit_widens_nothing_that_is_frozen_and_a_higher_one_narrows_it_for_everybody()
    {
        await using var world = await StartAsync();
        await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May));

        await world.RestartAsync(() => SomeWorld.Edit(world.PolicyFile, "minimum_contributors: 10", "minimum_contributors: 3"));
        StatisticsWorld.CellsOf(await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May))).Select(Figures.NameOf).ShouldBe(Figures.Published);

        await world.RestartAsync(() => SomeWorld.Edit(world.PolicyFile, "minimum_contributors: 3", "minimum_contributors: 60"));
        var office = await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May));
        var planners = await world.Planners.FetchAsync(StatisticsWorld.PlannersAsk(May));

        var kept = StatisticsWorld.CellsOf(office).Select(Figures.NameOf).ToList();

        // In the west 50 people bought books. Of the other regions' books nothing is on the disk, so the sum of books must go with it.
        kept.ShouldBe(["/", "north/", "south/", "west/"]);
        StatisticsWorld.CellsOf(planners).Select(Figures.NameOf).ShouldBe(kept);
        StatisticsWorld.CellsOf(planners).ShouldAllBe(cell => cell.Contributors >= 60);
        office.Terms.Obligations.MinimumContributors.ShouldBe(60U);
        world.Figures.Asked(May).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_field_that_a_rule_came_to_permit_later_is_not_in_a_frozen_table()
    {
        await using var world = await StartAsync();
        await world.RestartAsync(() => SomeWorld.Edit(world.PolicyFile, ", goods: keep, revenue: keep", string.Empty));
        await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May, "orders"));
        await world.RestartAsync(() => SomeWorld.Edit(world.PolicyFile, "orders: keep", "orders: keep, goods: keep"));

        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May, "orders", "goods")));

        refused.Reason.ShouldBe("PARTITION_FROZEN");
        refused.Violations.ShouldHaveSingleItem().Value.ShouldBe("the frozen table of this period has no goods; leave it out");
        world.EntryOf(refused.Receipt!).Kind.ShouldBe(EntryKind.Refused);
        (await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May, "orders"))).Records.Count.ShouldBe(Figures.Published.Length);
    }

    [Fact]
    public async Task A_damaged_table_is_neither_released_nor_made_anew()
    {
        await using var world = await StartAsync();
        await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May));
        var file = Directory.EnumerateFiles(world.TablesFolder, "*", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);

        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May)));

        refused.Reason.ShouldBe("STORE_UNAVAILABLE");
        world.Figures.Asked(May).Count.ShouldBe(1);
        File.ReadAllBytes(file).ShouldBe(bytes);
        world.Node.Log.TakeErrors().ShouldHaveSingleItem().ShouldContain("is damaged");
    }

    [Fact]
    public async Task Nothing_is_released_that_could_not_be_frozen()
    {
        await using var world = await StartAsync();
        File.WriteAllText(world.TablesFolder, "in the way");

        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May)));

        refused.Reason.ShouldBe("STORE_UNAVAILABLE");
        world.EntryOf(refused.Receipt!).FieldsReleased.ShouldBeEmpty();
        world.Node.Log.TakeErrors().ShouldHaveSingleItem();
        File.Delete(world.TablesFolder);
        (await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May))).Records.Count.ShouldBe(Figures.Published.Length);
    }

    [Fact]
    public async Task A_file_that_was_not_finished_is_no_table()
    {
        await using var world = await StartAsync();
        await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May));
        var file = Directory.EnumerateFiles(world.TablesFolder, "*", SearchOption.AllDirectories).Single();
        await world.RestartAsync(() =>
        {
            File.WriteAllBytes(file + ".new", File.ReadAllBytes(file).AsSpan(0, 40));
            File.Delete(file);
        });

        (await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May))).Records.Count.ShouldBe(Figures.Published.Length);

        world.Figures.Asked(May).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_table_is_one_envelope_and_asking_for_fewer_fields_makes_it_fit()
    {
        await using var world = new StatisticsWorld { Configuration = text => text + "\nlimits: {page_bytes: 64KiB}\n" };
        await world.InitializeAsync();
        world.Figures.Have(May, [.. Enumerable.Range(0, 2_000).Select(number => Figures.Cell(May, $"region {number:0000}", "books", 20))]);

        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May)));

        refused.Reason.ShouldBe("PROVIDER_ANSWER_TOO_LARGE");
        refused.Violations.ShouldHaveSingleItem().Key.ShouldBe("fields");
        (await world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May, "orders"))).Records.Count.ShouldBe(2_000);
        world.Figures.Asked(May).Select(request => request.PageToken.ToStringUtf8()).ShouldBe(["", "1000"]);
    }

    [Fact]
    public async Task A_table_beyond_the_bounds_of_an_answer_is_not_frozen()
    {
        await using var world = new StatisticsWorld { Configuration = text => text + "\nlimits: {answer_records: 11}\n" };
        await world.InitializeAsync();
        world.Figures.Have(May, Figures.Table(May));

        (await Should.ThrowAsync<ExchangeRefusedException>(() => world.Office.FetchAsync(StatisticsWorld.OfficeAsks(May)))).Reason.ShouldBe("PROVIDER_ANSWER_TOO_LARGE");

        Directory.Exists(world.TablesFolder).ShouldBeFalse();
    }

    private static async Task<StatisticsWorld> StartAsync()
    {
        var world = new StatisticsWorld();
        await world.InitializeAsync();
        world.Figures.Have(May, Figures.Table(May));
        return world;
    }
}
