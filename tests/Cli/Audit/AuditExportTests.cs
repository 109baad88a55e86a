using System.Text.Json;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Reading;

namespace Exchange.Cli.Tests.Audit;

public sealed class AuditExportTests
{
    [Fact]
    public async Task An_export_has_the_published_layout_and_its_checkpoint_last()
    {
        using var log = await SomeLog.Of(300);

        var run = await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("export"), "--json");

        run.Exit.ShouldBe(0, run.Prose);
        run.Json.GetProperty("checkpoint_size").GetInt32().ShouldBe(300);
        run.Json.GetProperty("files_written").GetInt32().ShouldBe(7);
        Files(log.File("export")).ShouldBe(
            ["batches/000", "checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"]);
        Directory.Exists(log.File("export") + ".tiles").ShouldBeFalse("what was computed is thrown away");
    }

    [Fact]
    public async Task An_interrupted_export_goes_on_and_writes_no_finished_file_again()
    {
        using var log = await SomeLog.Of(300);
        var folder = log.File("export");
        (await CommandRun.OfAsync("audit", "export", log.Data, "--to", folder)).Exit.ShouldBe(0);
        File.Delete(Path.Combine(folder, "checkpoint"));
        File.Delete(Path.Combine(folder, "tile/0/000"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "tile/entries/000"), new byte[new FileInfo(Path.Combine(folder, "tile/entries/000")).Length]);
        await File.WriteAllTextAsync(Path.Combine(folder, "tile/entries/000.new"), "half");

        var again = await CommandRun.OfAsync("audit", "export", log.Data, "--to", folder, "--json");

        (again.Json.GetProperty("files_written").GetInt32(), again.Json.GetProperty("files_kept").GetInt32()).ShouldBe((3, 4), "a file of the right length without its content is not finished");
        File.Exists(Path.Combine(folder, "tile/entries/000.new")).ShouldBeFalse();
        var third = await CommandRun.OfAsync("audit", "export", log.Data, "--to", folder, "--json");
        third.Json.GetProperty("files_written").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task An_export_is_brought_up_to_a_later_checkpoint()
    {
        using var log = await SomeLog.Of(100);
        (await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("export"))).Exit.ShouldBe(0);
        await log.Append(200);
        log.Sign();

        var run = await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("export"), "--json");

        run.Json.GetProperty("checkpoint_size").GetInt32().ShouldBe(300);
        Files(log.File("export")).ShouldContain("checkpoints/00000000000000000100");
    }

    [Fact]
    public async Task A_log_that_contradicts_an_earlier_export_is_not_written_over_it()
    {
        using var log = await SomeLog.Of(100);
        using var other = await SomeLog.Of(120, policy: 8);
        (await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("export"))).Exit.ShouldBe(0);
        var before = await File.ReadAllBytesAsync(log.File("export/checkpoint"));

        var forked = await CommandRun.OfAsync("audit", "export", other.Data, "--to", log.File("export"));
        var shorter = await CommandRun.OfAsync("audit", "export", log.Data, "--to", other.File("elsewhere"));

        forked.Exit.ShouldBe(2);
        forked.Prose.ShouldContain("two histories");
        (await File.ReadAllBytesAsync(log.File("export/checkpoint"))).ShouldBe(before);
        shorter.Exit.ShouldBe(0);
        (await CommandRun.OfAsync("audit", "export", other.Data, "--to", other.File("longer"))).Exit.ShouldBe(0);
        (await CommandRun.OfAsync("audit", "export", log.Data, "--to", other.File("longer"))).Prose.ShouldContain("shorter");
    }

    [Fact]
    public async Task Without_a_checkpoint_it_is_said_what_can_be_done()
    {
        using var log = await SomeLog.Of(10, isSigned: false);

        var tiles = await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("export"));
        var lines = await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("lines"), "--format", "jsonl");

        tiles.Exit.ShouldBe(2);
        tiles.Prose.ShouldContain("start it");
        tiles.Prose.ShouldContain("jsonl");
        lines.Exit.ShouldBe(0);
    }

    [Fact]
    public async Task What_lies_behind_the_newest_checkpoint_cannot_be_proven()
    {
        using var log = await SomeLog.Of(100);
        await log.Append(10);

        var run = await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("export"), "--until", "105");

        run.Exit.ShouldBe(2);
        run.Prose.ShouldContain("--until 100");
    }

    [Fact]
    public async Task A_checkpoint_over_other_entries_is_noticed_before_anything_is_written()
    {
        using var log = await SomeLog.Of(100);
        using var other = await SomeLog.Of(100, policy: 8);
        File.Copy(Directory.GetFiles(Path.Combine(other.Data, "checkpoints")).Single(), Directory.GetFiles(Path.Combine(log.Data, "checkpoints")).Single(), overwrite: true);

        var run = await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("export"));

        run.Exit.ShouldBe(2);
        run.Prose.ShouldContain("audit verify");
        Directory.Exists(log.File("export")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("ecs")]
    public async Task Lines_hold_every_entry_with_its_leaf_hash(string format)
    {
        using var log = await SomeLog.Of(120);

        var run = await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("lines"), "--format", format, "--from", "20", "--json");

        run.Json.GetProperty("entries").GetInt32().ShouldBe(100);
        var file = Directory.GetFiles(log.File("lines"), "0*").ShouldHaveSingleItem();
        Path.GetFileName(file).ShouldStartWith("00000000000000000020-00000000000000000120.");
        using var entries = new LogReader(Path.Combine(log.Data, "log")).Entries(20, 120);
        foreach (var line in File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement))
        {
            entries.MoveNext().ShouldBeTrue();
            var place = format == "ecs" ? line.GetProperty("event") : line;
            place.GetProperty(format == "ecs" ? "sequence" : "index").GetUInt64().ShouldBe(entries.Index);
            place.GetProperty(format == "ecs" ? "hash" : "leaf_hash").GetString().ShouldBe(TreeHash.Leaf(entries.Current).ToString());
        }

        entries.MoveNext().ShouldBeFalse();
    }

    [Fact]
    public async Task A_range_may_be_named_by_times_and_lines_go_to_a_pipe()
    {
        using var log = await SomeLog.Of(120);

        var run = await CommandRun.OfAsync("audit", "export", log.Data, "--to", "-", "--format", "csv", "--from", "2026-01-31T12:00:30Z", "--until", "2026-01-31T12:01:00Z");

        run.Exit.ShouldBe(0);
        run.Data.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[0]).ShouldBe(Enumerable.Range(30, 30).Select(index => $"{index}"));
    }

    [Fact]
    public async Task Two_exports_do_not_end_up_in_one_folder()
    {
        using var log = await SomeLog.Of(10);
        (await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("lines"), "--format", "jsonl")).Exit.ShouldBe(0);

        (await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("lines"), "--format", "csv")).Exit.ShouldBe(2);
        (await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("lines"))).Exit.ShouldBe(2);
        (await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.Data, "--format", "csv")).Exit.ShouldBe(2);
    }

    [Fact]
    public async Task A_misspelt_format_gets_the_nearest_one()
    {
        using var log = await SomeLog.Of(1);

        var run = await CommandRun.OfAsync("audit", "export", log.Data, "--to", log.File("x"), "--format", "jsonn");

        run.Exit.ShouldBe(2);
        run.Prose.ShouldContain("did you mean jsonl");
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal);
}
