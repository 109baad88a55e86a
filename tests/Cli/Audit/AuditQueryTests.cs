using System.Text.Json;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Reading;

namespace Exchange.Cli.Tests.Audit;

public sealed class AuditQueryTests
{
    [Fact]
    public async Task Entries_are_found_by_what_they_say()
    {
        using var log = await SomeLog.Of(300);

        (await Find(log, "--purpose", "statistics")).ShouldBe([0, 100, 200]);
        (await Find(log, "--purpose", "statistics", "--from", "1", "--until", "200")).ShouldBe([100]);
        (await Find(log, "--transfer", Convert.ToHexStringLower(SomeLog.Id(123).Span))).ShouldBe([123]);
        (await Find(log, "--kind", "refused", "--consumer", SomeLog.Health, "--outcome", "RULE_MISSING", "--until", "100")).ShouldBe([0, 30, 60, 90]);
        (await Find(log, "--consumer", SomeLog.Bazaar)).ShouldBeEmpty();
        (await Find(log, "--from", "2026-01-31T12:04:50Z", "--kind", "REFUSED", "--kind", "STARTED")).ShouldBe([290]);
    }

    [Fact]
    public async Task What_is_misspelt_gets_the_nearest_name_and_a_person_is_the_nodes_affair()
    {
        using var log = await SomeLog.Of(1);

        var kind = await CommandRun.OfAsync("audit", "query", log.Data, "--kind", "RELEASD");
        var subject = await CommandRun.OfAsync("audit", "query", log.Data, "--subject", "customer:1001");

        (kind.Exit, subject.Exit).ShouldBe((2, 2));
        kind.Prose.ShouldContain("did you mean RELEASED");
        subject.Prose.ShouldContain("node");
    }

    [Fact]
    public async Task More_than_the_limit_is_said_with_where_to_go_on()
    {
        using var log = await SomeLog.Of(50);

        var run = await CommandRun.OfAsync("audit", "query", log.Data, "--limit", "5", "--kind", "REFUSED");

        run.Prose.ShouldNotContain("more");
        (await CommandRun.OfAsync("audit", "query", log.Data, "--limit", "4", "--kind", "REFUSED")).Prose.ShouldContain("--from 40");
    }

    [Fact]
    public async Task The_tail_takes_the_same_conditions()
    {
        using var log = await SomeLog.Of(50);

        var run = await CommandRun.OfAsync("audit", "tail", log.Data, "--kind", "REFUSED", "-n", "2", "--json");

        Indexes(run).ShouldBe([30, 40]);
    }

    [Fact]
    public async Task A_proof_of_an_entry_needs_nothing_but_the_logs_key()
    {
        using var log = await SomeLog.Of(300);

        (await CommandRun.OfAsync("audit", "proof", log.Data, "123", "--to", log.File("proof"))).Exit.ShouldBe(0);

        EntryProof.TryParse(await File.ReadAllBytesAsync(log.File("proof")), out var proof, out var problem).ShouldBeTrue(problem);
        using var entries = new LogReader(Path.Combine(log.Data, "log")).Entries(123, 124);
        entries.MoveNext();
        proof.Verifies(TreeHash.Leaf(entries.Current), [log.CheckpointKey], out var checkpoint).ShouldBeTrue();
        checkpoint.Size.ShouldBe(300UL);
        proof.Extra.Span.SequenceEqual(entries.Current).ShouldBeTrue();
    }

    [Fact]
    public async Task That_the_log_only_grew_is_proven_between_any_sizes()
    {
        using var log = await SomeLog.Of(300);

        var run = await CommandRun.OfAsync("audit", "proof", log.Data, "--consistency", "100", "300", "--json");

        run.Exit.ShouldBe(0, run.Prose);
        var path = run.Json.GetProperty("path").EnumerateArray().Select(hash => Digest(hash.GetString()!)).ToArray();
        ConsistencyProof.Verifies(100, Digest(run.Json.GetProperty("old_root").GetString()!), 300, Digest(run.Json.GetProperty("new_root").GetString()!), path).ShouldBeTrue();
        (await CommandRun.OfAsync("audit", "proof", log.Data, "--consistency", "100", "301")).Exit.ShouldBe(2);
        (await CommandRun.OfAsync("audit", "proof", log.Data, "300")).Exit.ShouldBe(2);
        (await CommandRun.OfAsync("audit", "proof", log.Data)).Exit.ShouldBe(2);
    }

    private static Vocabulary.Digest Digest(string text)
    {
        Vocabulary.Digest.TryParse(text, out var digest).ShouldBeTrue();
        return digest;
    }

    private static async Task<List<int>> Find(SomeLog log, params string[] conditions)
    {
        var run = await CommandRun.OfAsync(["audit", "query", log.Data, "--json", .. conditions]);
        run.Exit.ShouldBe(0, run.Prose);
        return Indexes(run);
    }

    private static List<int> Indexes(CommandRun run) =>
        [.. run.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("index").GetInt32())];
}
