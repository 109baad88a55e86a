using Exchange.Cli.Demo.World;
using Exchange.Samples.Marketplace.Books;
using Exchange.Vocabulary;

namespace Exchange.Cli.Tests.Audit;

/// <summary>What an auditor types against a node that runs: entries about a person, and the log with its linkage, verified.</summary>
public sealed class RunningNodeAuditTests : IAsyncLifetime
{
    private static readonly MemberId Auditor = MemberId.Parse("spiffe://exchange.test/audit/court");
    private static readonly DateTimeOffset Until = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SampleBook _book = new(seed: 5, Until);
    private readonly TemporaryFolder _folder = new();
    private DemoWorld _world = null!;

    private string Client => Path.Combine(_world.FolderOf(Auditor), "client.yaml");

    public async Task InitializeAsync()
    {
        _world = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = _book });
        _world.IssueTo(Auditor, encryption: false);
        await File.AppendAllTextAsync(_world.MembersFile, $$"""

              - id: {{Auditor}}
                name: Court
                roles: [auditor]
                anchor: certs/anchor.pem

            """);
        await _world.StartNodeAsync();
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_entries_of_a_person_are_found_and_nobody_elses()
    {
        var (one, other) = (new Citizen(_book.Customers[0]), new Citizen(_book.Customers[1]));
        await using (var portal = _world.ConnectAs(DemoMembers.Portal))
        {
            await portal.GiveConsentAsync(DemoQueries.Consent(one, DemoMembers.TaxService, DemoMembers.TaxDeduction, DemoQueries.DeductionFields));
            await portal.GiveConsentAsync(DemoQueries.Consent(other, DemoMembers.TaxService, DemoMembers.TaxDeduction, DemoQueries.DeductionFields));
        }

        await using (var taxService = _world.ConnectAs(DemoMembers.TaxService))
        {
            await taxService.FetchAsync(DemoQueries.ForDeduction(one, Period.YearBefore(Instant.From(Until))));
        }

        var found = await CommandRun.OfAsync("audit", "query", "--client", Client, "--subject", $"inn:{one.Inn}", "--json");

        found.Exit.ShouldBe(0, found.Prose);
        found.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2); // The consent and the release.
        found.Data.ShouldContain("CONSENT_GIVEN");
        found.Data.ShouldContain("RELEASED");
        (await CommandRun.OfAsync("audit", "tail", _world.LogFolder, "--kind", "LOG_READ", "--json")).Data.ShouldContain(Auditor.Value);
    }

    [Fact]
    public async Task What_was_downloaded_with_its_linkage_verifies_in_the_order_of_consents()
    {
        var citizen = new Citizen(_book.Customers[0]);
        var query = DemoQueries.ForDeduction(citizen, Period.YearBefore(Instant.From(Until)));
        await using (var portal = _world.ConnectAs(DemoMembers.Portal))
        await using (var taxService = _world.ConnectAs(DemoMembers.TaxService))
        {
            var consent = await portal.GiveConsentAsync(DemoQueries.Consent(citizen, DemoMembers.TaxService, DemoMembers.TaxDeduction, DemoQueries.DeductionFields));
            await taxService.FetchAsync(query);
            await portal.WithdrawConsentAsync(consent.Id);
        }

        var signed = await CommandRun.OfAsync("audit", "checkpoint", "--client", Client, "--sign");
        signed.Exit.ShouldBe(0, signed.Prose);
        var export = Path.Combine(_folder.Path, "export");
        var downloaded = await CommandRun.OfAsync("audit", "download", "--client", Client, "--to", export, "--linkage");
        downloaded.Exit.ShouldBe(0, downloaded.Prose);

        var keys = Path.Combine(_world.Folder, "certs", "node", "checkpoint.vkeys");
        var verified = await CommandRun.OfAsync("audit", "verify", export, "--key", _world.ReceiptKeyFile, "--checkpoint-key", keys, "--json");

        verified.Exit.ShouldBe(0, verified.Prose);
        verified.Json.GetProperty("consent_order").GetString().ShouldBe("checked");
        verified.Json.GetProperty("consent_events").GetInt32().ShouldBe(3);
        verified.Json.GetProperty("erased_not_checkable").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Either_a_folder_or_a_node_is_asked()
    {
        var neither = await CommandRun.OfAsync("audit", "query", "--kind", "RELEASED");
        var both = await CommandRun.OfAsync("audit", "query", _world.DataFolder, "--client", Client);

        (neither.Exit, both.Exit).ShouldBe((2, 2));
    }
}
