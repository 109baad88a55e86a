using System.Text.Json;
using Exchange.Cli.Demo.World;
using Exchange.Documents;
using Exchange.Node.Statistics;
using Exchange.Policy.Loading;
using Exchange.Policy.Model;
using Exchange.Policy.Suppression;
using Exchange.Policy.Tests.Suppression;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Tests.Statistics;

/// <summary>Frozen tables as files, and what a higher limit leaves of one.</summary>
public sealed class FrozenTablesTests : IDisposable
{
    private static readonly Dataset Demand = LoadDemand();

    private readonly string _folder = Directory.CreateTempSubdirectory("exchange-tables-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_table_comes_back_as_it_was_frozen()
    {
        var tables = new FrozenTables(Path.Combine(_folder, "statistics"));
        var table = Table(Month(5), [1, 2, 3], [4, 5]);

        tables.Find(table.Partition).ShouldBeNull();
        tables.TryAdd(table).ShouldBeTrue();
        var found = tables.Find(table.Partition).ShouldNotBeNull();

        (found.Partition, found.Descriptor, found.MinimumContributors).ShouldBe((table.Partition, table.Descriptor, table.MinimumContributors));
        found.Fields.ShouldBe(table.Fields);
        found.Cells.Select(cell => cell.ToArray()).ShouldBe([[1, 2, 3], [4, 5]]);
        tables.Find(table.Partition with { Provider = DemoMembers.Portal }).ShouldBeNull();
    }

    [Fact]
    public void A_table_is_written_as_the_formats_say()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Prerequisites.Repository, "tests", "vectors", "frozen-table-v1.json")));
        var vector = document.RootElement;
        var table = new FrozenTable(
            new Partition(
                MemberId.Parse(vector.GetProperty("provider").GetString()!),
                DatasetId.Parse(vector.GetProperty("dataset").GetString()!),
                new Instant(vector.GetProperty("start").GetInt64()),
                new Instant(vector.GetProperty("end").GetInt64())),
            new Digest(Bytes(vector.GetProperty("descriptor_digest"))),
            vector.GetProperty("minimum_contributors").GetInt32(),
            [.. vector.GetProperty("fields").EnumerateArray().Select(field => field.GetString()!)],
            [.. vector.GetProperty("cells").EnumerateArray().Select(cell => (ReadOnlyMemory<byte>)Bytes(cell))]);

        new FrozenTables(_folder).TryAdd(table).ShouldBeTrue();

        File.ReadAllBytes(Path.Combine(_folder, vector.GetProperty("place").GetString()!)).ShouldBe(Bytes(vector.GetProperty("file")));
    }

    [Fact]
    public void No_byte_of_a_file_can_change_unseen()
    {
        var table = Table(Month(5), [1, 2, 3], [4, 5]);
        var file = FrozenTableFile.Write(table);
        FrozenTableFile.TryRead(file, table.Partition, out _).ShouldBeTrue();
        for (var at = 0; at < file.Length; at++)
        {
            file[at] ^= 0x10;
            FrozenTableFile.TryRead(file, table.Partition, out _).ShouldBeFalse();
            file[at] ^= 0x10;
            FrozenTableFile.TryRead(file.AsMemory(0, at), table.Partition, out _).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_file_in_anothers_place_is_refused()
    {
        var table = Table(Month(5), [1, 2, 3]);

        FrozenTableFile.TryRead(FrozenTableFile.Write(table), Month(6), out _).ShouldBeFalse();
        FrozenTableFile.TryRead(FrozenTableFile.Write(table), Month(5) with { Provider = DemoMembers.Portal }, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_quarter_is_not_frozen_beside_a_month_of_it()
    {
        var tables = new FrozenTables(_folder);
        tables.TryAdd(Table(Month(5))).ShouldBeTrue();
        var quarter = Month(4) with { End = Month(7).Start };

        tables.Contradicts(quarter).ShouldBeTrue();
        tables.TryAdd(Table(quarter)).ShouldBeFalse();
        tables.TryAdd(Table(Month(6))).ShouldBeTrue();
        tables.TryAdd(Table(quarter with { Start = quarter.Start + TimeSpan.FromDays(91), End = quarter.End + TimeSpan.FromDays(92) })).ShouldBeTrue();
        tables.TryAdd(Table(quarter with { Provider = DemoMembers.Portal })).ShouldBeTrue("another provider's figures are others");
    }

    [Fact]
    public void What_a_higher_limit_leaves_gives_back_neither_what_went_now_nor_what_went_before()
    {
        var random = new Random(20261122);
        var (again, kept) = (0, 0);
        for (var i = 0; i < 1_000; i++)
        {
            var served = Served(random);
            List<Cell> cells = [.. served.Select(cell => new Cell([cell.RegionName, cell.Category], cell.Contributors))];
            var first = TableSuppression.Suppress(cells, 10);
            var table = Table(Month(5), [.. served.Where((_, place) => !first[place]).Select(cell => cell.ToByteArray())]);

            var left = table.Under(25, Demand).ShouldNotBeNull().Select(cell => Figures.NameOf(Datasets.Demand.V1.Cell.Parser.ParseFrom(cell.Span))).ToHashSet();

            bool[] secret = [.. served.Select(cell => !left.Contains(Figures.NameOf(cell)))];
            Snoop.Finds(cells, secret).ShouldBeEmpty();
            cells.Where((cell, place) => !secret[place] && (cell.Contributors < 25 || first[place])).ShouldBeEmpty();
            again += secret.Count(isSecret => isSecret) - first.Count(isHidden => isHidden);
            kept += left.Count;
        }

        again.ShouldBeGreaterThan(1_000, "or the higher limit did nothing");
        kept.ShouldBeGreaterThan(5_000, "or it left nothing");
    }

    [Fact]
    public void Under_another_descriptor_a_higher_limit_cannot_be_held()
    {
        var table = Table(Month(5)) with { Descriptor = Digest.Zero };

        table.Under(10, Demand).ShouldBe(table.Cells);
        table.Under(9, Demand).ShouldBe(table.Cells);
        table.Under(11, Demand).ShouldBeNull();
    }

    private static Datasets.Demand.V1.Cell[] Served(Random random)
    {
        string[] regions = [.. "abcd".Select(name => $"{name}")];
        string[] categories = [.. "xyz".Select(name => $"{name}")];
        var people = regions.SelectMany(region => categories.Select(category => (Region: region, Category: category, People: random.NextInt64(1, 120)))).ToList();
        return
        [
            .. people.Select(cell => Cell(cell.Region, cell.Category, cell.People)),
            .. regions.Select(region => Cell(region, "", people.Where(cell => cell.Region == region).Sum(cell => cell.People))),
            .. categories.Select(category => Cell("", category, people.Where(cell => cell.Category == category).Sum(cell => cell.People))),
            Cell("", "", people.Sum(cell => cell.People)),
        ];

        static Datasets.Demand.V1.Cell Cell(string region, string category, long people) => Figures.Cell(StatisticsWorld.Month(5), region, category, people);
    }

    private static Partition Month(int month) => new(
        DemoMembers.Marketplace, StatisticsWorld.Demand, Instant.From(StatisticsWorld.Month(month)), Instant.From(StatisticsWorld.Month(month).AddMonths(1)));

    private static FrozenTable Table(Partition partition, params byte[][] cells) =>
        new(partition, Demand.DescriptorDigest, 10, ["region_name", "orders"], [.. cells.Select(cell => (ReadOnlyMemory<byte>)cell)]);

    private static byte[] Bytes(JsonElement hexadecimal) => Convert.FromHexString(hexadecimal.GetString()!);

    private static Dataset LoadDemand()
    {
        var diagnostics = new List<Diagnostic>();
        var catalogue = DatasetLoader.Load(Path.Combine(AppContext.BaseDirectory, "datasets"), diagnostics);
        diagnostics.ShouldBeEmpty();
        return catalogue!.Datasets.Single(dataset => dataset.Id == StatisticsWorld.Demand);
    }
}
