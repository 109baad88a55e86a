using System.Globalization;
using System.Text.Json;
using Exchange.Cli.Certs;
using Exchange.Cli.Demo.World;
using Exchange.Datasets.Demand.V1;
using Exchange.Datasets.Purchases.V1;
using Exchange.Samples.Marketplace.Books;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Cli.Tests;

/// <summary>What members, consent managers and auditors type, against a node that runs.</summary>
public sealed class MemberCommandsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Until = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SampleBook _book = new(seed: 5, Until);
    private readonly TemporaryFolder _folder = new();
    private DemoWorld _world = null!;

    private Citizen Citizen => new(_book.Customers[0]);

    public async Task InitializeAsync()
    {
        _world = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = _book, Others = new Dictionary<string, Func<ProviderFetchRequest, Task<ProviderFetchResponse>>> { ["demand.v1"] = _ => Task.FromResult(Demand()) } });
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(_world.PolicyFile)!, "statistics.yaml"), """
            purposes: [{id: demand-statistics, title: Statistics of demand}]
            rules:
              - id: demand-by-region
                consumer: spiffe://exchange.test/gov/tax-service
                provider: spiffe://exchange.test/market/sample
                dataset: demand.v1
                purpose: demand-statistics
                basis: statistics
                reference: Article 8 of the act on official statistics
                fields: {region_name: keep, orders: keep}
                obligations: {minimum_contributors: 10}
            """);
        await _world.StartNodeAsync();
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task From_consent_to_proof_and_withdrawal_by_commands_alone()
    {
        var given = await GiveAsync();
        given.Exit.ShouldBe(0, given.Prose);
        var consent = given.Data.Trim();
        consent.Length.ShouldBe(32);

        var expected = Expected().Count;
        var fetched = await FetchAsync("total", "buyer.phone");
        fetched.Exit.ShouldBe(0, fetched.Prose);
        fetched.Prose.ShouldContain("Withheld: buyer.phone");
        var records = fetched.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        records.Length.ShouldBe(expected);
        records.ShouldAllBe(record => record.EnumerateObject().Single().Name == "total");
        records.Select(Total).ShouldBe(Expected().Select(order => order.Total.MinorUnits));

        var envelopes = Directory.GetFiles(_folder.File("envelopes"));
        envelopes.Length.ShouldBe((expected + 1) / 2);
        var opened = await CommandRun.OfAsync("envelope", "open", envelopes[0], "--client", ClientOf("tax-service"), "--json");
        opened.Exit.ShouldBe(0, opened.Prose);
        opened.Json.GetProperty("withheld")[0].GetProperty("path").GetString().ShouldBe("buyer.phone");
        (await CommandRun.OfAsync("envelope", "open", envelopes[0], "--client", ClientOf("portal"))).Exit.ShouldBe(1);

        var verified = await CommandRun.OfAsync("audit", "verify", _world.LogFolder, "--key", _world.ReceiptKeyFile, "--envelopes", _folder.File("envelopes"), "--json");
        verified.Exit.ShouldBe(0, verified.Prose);
        verified.Json.GetProperty("receipts_found").GetInt32().ShouldBe(envelopes.Length);

        (await CommandRun.OfAsync("consent", "withdraw", "--client", ClientOf("portal"), "--consent", consent)).Exit.ShouldBe(0);
        var refused = await FetchAsync("total");
        refused.Exit.ShouldBe(1);
        refused.Data.ShouldBeEmpty();
        refused.Prose.ShouldContain("SUBJECT_NOT_AVAILABLE");
        refused.Prose.ShouldContain("of exchange.test/node-1");

        var tail = await CommandRun.OfAsync("audit", "tail", _world.LogFolder, "-n", "2", "--json");
        var last = tail.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        last.Select(entry => entry.GetProperty("kind").GetString()).ShouldBe(["consent_withdrawn", "refused"]);
    }

    [Fact]
    public async Task Statistics_are_fetched_without_a_subject()
    {
        var fetched = await CommandRun.OfAsync(
            "fetch", "--client", ClientOf("tax-service"), "--provider", DemoMembers.Marketplace.Value, "--dataset", "demand.v1", "--purpose", "demand-statistics",
            "--from", "2024-05-01", "--until", "2024-06-01", "--field", "region_name", "--field", "orders");

        fetched.Exit.ShouldBe(0, fetched.Prose);
        fetched.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(record => (record.GetProperty("region_name").GetString(), record.GetProperty("orders").ToString())).ShouldBe([("south", "90"), ("west", "120")]);
    }

    [Fact]
    public async Task An_envelope_with_a_changed_byte_is_not_opened()
    {
        (await GiveAsync()).Exit.ShouldBe(0);
        (await FetchAsync("total")).Exit.ShouldBe(0);
        var file = Directory.GetFiles(_folder.File("envelopes"))[0];
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        var opened = await CommandRun.OfAsync("envelope", "open", file, "--client", ClientOf("tax-service"));

        opened.Exit.ShouldBeOneOf(1, 2);
        opened.Data.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_said()
    {
        await _world.StopNodeAsync();

        var run = await FetchAsync("total");

        run.Exit.ShouldBe(1);
        run.Prose.ShouldContain("UNREACHABLE: No connection with https://");
    }

    [Fact]
    public async Task An_assertion_is_consented_to_and_answered_by_commands()
    {
        await _world.StopNodeAsync();
        var policy = await File.ReadAllTextAsync(_world.PolicyFile);
        await File.WriteAllTextAsync(_world.PolicyFile, policy.Replace(
            "    obligations: {retention: 1095d",
            "    assertions: [{id: bought-anything, expression: exists(order_number)}]\n    assertion_budget: {evaluations: 1, per: year}\n    obligations: {retention: 1095d",
            StringComparison.Ordinal));
        await _world.StartNodeAsync();
        var given = await GiveAsync("--assertion", "bought-anything");
        given.Exit.ShouldBe(0, given.Prose);
        string[] ask =
        [
            "fetch", "--client", ClientOf("tax-service"), "--provider", DemoMembers.Marketplace.Value, "--dataset", "purchases.v1", "--purpose", "tax-deduction",
            "--subject", $"inn:{Citizen.Inn}", "--assertion", "bought-anything",
        ];

        var answered = await CommandRun.OfAsync(ask);
        answered.Exit.ShouldBe(0, answered.Prose);
        answered.Data.Trim().ShouldBe("""{"assertion":"bought-anything","verdict":"TRUE"}""");
        answered.Prose.ShouldContain("one answer instead of records of purchases.v1");
        (await CommandRun.OfAsync([.. ask, "--field", "total"])).Prose.ShouldContain("--field or --assertion");
    }

    private static ProviderFetchResponse Demand()
    {
        var month = Timestamp.FromDateTimeOffset(new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero));
        (string Region, long People)[] cells = [("north", 4), ("east", 11), ("south", 30), ("west", 40)];
        return new()
        {
            Records = { cells.Select(cell => new Cell { Month = month, RegionName = cell.Region, Category = "books", Orders = 3 * cell.People, Contributors = cell.People }.ToByteString()) },
        };
    }

    private Task<CommandRun> GiveAsync() => GiveAsync("--field", "total");

    private Task<CommandRun> GiveAsync(params string[] what) => CommandRun.OfAsync(
    [
        "consent", "give", "--client", ClientOf("portal"), "--provider", DemoMembers.Marketplace.Value, "--consumer", DemoMembers.TaxService.Value,
        "--dataset", "purchases.v1", "--purpose", "tax-deduction", "--subject", $"inn:{Citizen.Inn}", "--subject", $"customer:{Citizen.Customer}", .. what,
    ]);

    private Task<CommandRun> FetchAsync(params string[] fields) => CommandRun.OfAsync(
    [
        "fetch", "--client", ClientOf("tax-service"), "--provider", DemoMembers.Marketplace.Value, "--dataset", "purchases.v1", "--purpose", "tax-deduction",
        "--subject", $"inn:{Citizen.Inn}", "--from", Day(Until.AddDays(-365)), "--until", Day(Until), "--page-size", "2", "--out", _folder.File("envelopes"),
        .. fields.SelectMany(field => new[] { "--field", field }),
    ]);

    private string ClientOf(string member) => Path.Combine(_world.Folder, "certs", member, MemberFolder.ClientFile);

    private List<Order> Expected() => Marketplace.OrderBookTests.ReadAll(_book, Citizen.Customer, pageSize: 100);

    // A sum of zero is not on the wire, so it is not in the record.
    private static long Total(JsonElement record) => record.GetProperty("total").TryGetProperty("minor_units", out var sum) ? sum.GetInt64() : 0;

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
