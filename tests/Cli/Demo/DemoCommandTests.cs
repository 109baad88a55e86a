using System.Text.Json;

namespace Exchange.Cli.Tests.Demo;

public sealed class DemoCommandTests
{
    private static readonly string[] Refusals = ["RULE_MISSING", "MEMBER_UNKNOWN", "SUBJECT_NOT_AVAILABLE", "SUBJECT_NOT_AVAILABLE"];

    [Fact]
    public async Task The_story_goes_as_told()
    {
        var run = await CommandRun.OfAsync("demo", "--json");

        var lines = Lines(run);
        run.Exit.ShouldBe(0, run.Prose + run.Data);
        lines.ShouldAllBe(line => line.GetProperty("as_told").GetBoolean());
        lines.Select(line => line.GetProperty("happened").GetString()!).Where(text => text.StartsWith("refused: ")).Select(text => text["refused: ".Length..]).ShouldBe(Refusals);
        lines[^1].GetProperty("did").GetString()!.ShouldContain("flips one bit of entry 3 ");
        lines[^1].GetProperty("entry").GetInt32().ShouldBe(3);
        FoldersLeft(run).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_of_transactions_arrives_row_by_row()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("retail.csv");
        await File.WriteAllTextAsync(
            file,
            """
            InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
            1001,85123A,"HEART, WHITE",6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
            1001,71053,GIFT,2,2010-12-01 08:26:00,0.0,17850.0,United Kingdom
            C1002,85123A,"HEART, WHITE",-6,2010-12-02 08:26:00,2.55,17850.0,United Kingdom
            1003,71053,LANTERN,1,2010-12-03 08:26:00,3.39,12583.0,France
            1004,71053,LOST,-9,2010-12-03 08:26:00,0.0,,United Kingdom

            """);

        var run = await CommandRun.OfAsync("demo", "--data", file, "--json");

        run.Exit.ShouldBe(0, run.Prose + run.Data);
        var figures = Lines(run)[0];
        Figures(figures, "of_customers").ShouldBe([4, 3, 1, 1, 1, 3, 339]);
        Figures(figures, "received").ShouldBe([4, 3, 1, 1, 1, 3, 339]);
        Figures(figures, "of_nobody").ShouldBe([1, 1, 0, 1, 1, -9, 0]);
    }

    [Fact]
    public async Task A_file_that_is_none_is_named_with_its_line_before_anything_is_made()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("retail.csv");
        await File.WriteAllTextAsync(file, "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1001,A,B,many,2010-12-01 08:26:00,1,1.0,X\n");

        var run = await CommandRun.OfAsync("demo", "--data", file);

        run.Exit.ShouldBe(2);
        run.Prose.ShouldStartWith("Line 2 ");
        (await CommandRun.OfAsync("demo", "--data", folder.File("missing.csv"))).Exit.ShouldBe(2);
    }

    private static List<JsonElement> Lines(CommandRun run) =>
        [.. run.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static long[] Figures(JsonElement document, string name) => [.. document.GetProperty(name).EnumerateObject().Select(figure => figure.Value.GetInt64())];

    private static IEnumerable<string> FoldersLeft(CommandRun run) => run.Prose.Split(' ', ';')
        .Where(word => word.Contains("exchange-demo-", StringComparison.Ordinal))
        .Where(Directory.Exists);
}
