using Exchange.Audit;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Datasets.Demand.V1;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Exchange.Samples.Marketplace.Books;
using Exchange.V1;
using Exchange.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Statistics;

/// <summary>A marketplace with figures about demand, and two consumers whose rules let them have different fields of them.</summary>
public sealed class StatisticsWorld : IAsyncLifetime, IAsyncDisposable
{
    internal static readonly MemberId OfficeId = MemberId.Parse("spiffe://exchange.test/gov/statistics");
    internal static readonly MemberId PlannersId = MemberId.Parse("spiffe://exchange.test/gov/planners");
    internal static readonly DatasetId Demand = DatasetId.Parse("demand.v1");
    internal static readonly string[] OfficeFields = ["month", "region_name", "category", "orders", "goods", "revenue"];
    internal static readonly string[] PlannersFields = ["region_name", "category", "orders", "contributors"];

    private const string Policy = """
        purposes:
          - {id: demand-statistics, title: Statistics of demand}
          - {id: planning, title: Planning of supply}
        rules:
          - id: demand-by-region
            consumer: spiffe://exchange.test/gov/statistics
            provider: spiffe://exchange.test/market/sample
            dataset: demand.v1
            purpose: demand-statistics
            basis: statistics
            reference: Article 8 of the act on official statistics
            fields: {month: keep, region_name: keep, category: keep, orders: keep, goods: keep, revenue: keep}
            obligations: {minimum_contributors: 10}
          - id: demand-for-planning
            consumer: spiffe://exchange.test/gov/planners
            provider: spiffe://exchange.test/market/sample
            dataset: demand.v1
            purpose: planning
            basis: statistics
            reference: Article 9 of the act on official statistics
            fields: {region_name: keep, category: keep, orders: {generalise: {step: 50}}, contributors: keep}
            obligations: {minimum_contributors: 10}
        """;

    /// <summary>Changes node.yaml's text, when the test wants another.</summary>
    internal Func<string, string>? Configuration { get; init; }

    internal DemoWorld World { get; private set; } = null!;

    internal InProcessNode Node { get; private set; } = null!;

    internal Figures Figures { get; } = new();

    internal ExchangeClient Office { get; private set; } = null!;

    internal ExchangeClient Planners { get; private set; } = null!;

    internal string PolicyFile => Path.Combine(World.Folder, "policy", "statistics.yaml");

    /// <summary>Where the frozen tables lie.</summary>
    internal string TablesFolder => Path.Combine(World.DataFolder, "statistics");

    internal static DateTimeOffset Month(int month, int year = 2024) => new(year, month, 1, 0, 0, 0, TimeSpan.Zero);

    public async Task InitializeAsync()
    {
        World = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = new SampleBook(seed: 7, Month(1), customers: 1), Others = new Dictionary<string, Func<ProviderFetchRequest, Task<ProviderFetchResponse>>> { [Demand.Value] = Figures.AnswerAsync } });
        foreach (var consumer in new[] { OfficeId, PlannersId })
        {
            World.IssueTo(consumer, encryption: true);
            File.AppendAllText(World.MembersFile, $$"""

                  - id: {{consumer}}
                    name: {{consumer.Value.Split('/')[^1]}}
                    roles: [consumer]
                    anchor: certs/anchor.pem
                    encryption_keys:
                      - {file: certs/{{consumer.Value.Split('/')[^1]}}/encryption.pub.pem, valid_from: 2020-01-01T00:00:00Z}
                    quota: {requests_per_second: 10000, burst: 10000}

                """);
        }

        File.WriteAllText(PolicyFile, Policy);
        await StartAsync();
    }

    /// <summary>Stops the node, lets the test change what it likes, and starts it again.</summary>
    internal async Task RestartAsync(Action? meanwhile = null)
    {
        await LeaveAsync();
        await World.StopNodeAsync();
        meanwhile?.Invoke();
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await LeaveAsync();
        await World.DisposeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    internal static FetchQuery OfficeAsks(DateTimeOffset month, params string[] fields) => new()
    {
        Provider = DemoMembers.Marketplace,
        Dataset = Demand,
        Purpose = PurposeId.Parse("demand-statistics"),
        Fields = fields.Length > 0 ? fields : OfficeFields,
        From = Instant.From(month),
        Until = Instant.From(month.AddMonths(1)),
    };

    internal static FetchQuery PlannersAsk(DateTimeOffset month) =>
        OfficeAsks(month, PlannersFields) with { Purpose = PurposeId.Parse("planning") };

    internal static List<Cell> CellsOf(FetchedPage page) => [.. page.Records.Select(record => Cell.Parser.ParseFrom(record))];

    /// <summary>The entry that a receipt speaks of.</summary>
    internal AuditEntry EntryOf(Receipt receipt)
    {
        var stored = Node.Host.Parts.GetRequiredService<AuditLog>().ReadBackwards().First(entry => entry.Index == receipt.Index);
        return AuditEntry.Parser.ParseFrom(stored.Bytes.Span);
    }

    private async Task StartAsync()
    {
        if (Configuration is not null)
        {
            File.WriteAllText(World.NodeConfiguration, Configuration(File.ReadAllText(World.NodeConfiguration)));
        }

        await World.StartNodeAsync(async _ => Node = await InProcessNode.StartAsync(World.NodeConfiguration));
        Office = World.ConnectAs(OfficeId);
        Planners = World.ConnectAs(PlannersId);
    }

    private async Task LeaveAsync()
    {
        await Office.DisposeAsync();
        await Planners.DisposeAsync();
    }
}
