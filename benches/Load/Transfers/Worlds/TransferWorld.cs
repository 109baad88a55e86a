using System.Globalization;
using Exchange.Cli.Certs;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Identity;
using Exchange.Samples.Marketplace.Books;
using Exchange.Vocabulary;
using Grpc.Net.Client;

namespace Exchange.Benches.Load.Transfers.Worlds;

/// <summary>
/// The exchange that a run measures, in a folder of its own: certificates of one authority, a policy with transforms, quotas and limits that no
/// arm meets, and a consent of every customer.
/// </summary>
internal sealed class TransferWorld : IAsyncDisposable
{
    /// <summary>What the consumer asks for.</summary>
    public static readonly string[] Fields = ["order_number", "ordered_at", "total", "items", "receipt", "buyer", "delivery.region_name", "delivery.zip_code"];

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private const string Rules = """
        purposes:
          - id: tax-deduction
            title: Evidence for a tax deduction

        rules:
          - id: purchases-for-tax-deduction
            consumer: spiffe://exchange.test/gov/tax-service
            provider: spiffe://exchange.test/market/sample
            dataset: purchases.v1
            purpose: tax-deduction
            basis: consent
            fields:
              order_number: keep
              ordered_at: { generalise: day }
              total: keep
              items: keep
              items.barcode: drop
              items.supplier_article: { truncate: 3 }
              receipt: keep
              receipt.buyer_inn: drop
              buyer.last_name: { mask: { first: 1 } }
              buyer.phone: { mask: { last: 4 } }
              buyer.email: pseudonymise
              delivery.region_name: keep
              delivery.zip_code: { generalise: { prefix: 3 } }
            obligations: {retention: 1095d, no_onward_transfer: true, maximum_period: 366d}

        consent_managers:
          - manager: spiffe://exchange.test/gov/portal
            provider: spiffe://exchange.test/market/sample
            dataset: purchases.v1
            consumer: spiffe://exchange.test/gov/tax-service
        """;

    private TransferWorld(DemoWorld demo) => Demo = demo;

    public DemoWorld Demo { get; }

    public string Folder => Demo.Folder;

    /// <summary>Keys and certificates of all.</summary>
    public string Certificates => Path.GetDirectoryName(Demo.FolderOf(DemoMembers.TaxService))!;

    /// <summary>Makes folder, keys and configuration; nothing runs yet. The provider's address comes with <see cref="NameProvider"/>.</summary>
    /// <param name="folder">Where it is to be; null: among the temporary files. Removed at the end.</param>
    public static async Task<TransferWorld> CreateAsync(string? folder = null)
    {
        // The demo's own marketplace stays idle: what a run asks is a program of its own.
        var demo = await DemoWorld.CreateAsync(new DemoWorldOptions { Folder = folder, Book = new SampleBook(seed: 1, BenchOrders.Until, customers: 1) });
        var world = new TransferWorld(demo);
        demo.IssueTo(DemoMembers.Marketplace, encryption: false);
        await File.WriteAllTextAsync(demo.PolicyFile, Rules);
        return world;
    }

    /// <summary>Where the provider is, what it can take, and quotas beyond what a run can ask.</summary>
    public void NameProvider(Uri provider, int connections)
    {
        var members = File.ReadAllText(Demo.MembersFile)
            .Replace(Demo.Marketplace.Endpoint.GetLeftPart(UriPartial.Authority), provider.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("{concurrent: 64, deadline: 5s}", string.Create(CultureInfo.InvariantCulture, $"{{concurrent: 1024, deadline: 5s, connections: {connections}}}"), StringComparison.Ordinal)
            .Replace("{requests_per_second: 10000, burst: 10000}", "{requests_per_second: 1000000, burst: 1000000}", StringComparison.Ordinal);
        File.WriteAllText(Demo.MembersFile, members);
    }

    /// <summary>Every customer consents, through the node's own service.</summary>
    public async Task GiveConsentsAsync()
    {
        await using var portal = Demo.ConnectAs(DemoMembers.Portal);
        foreach (var (customer, _) in BenchOrders.Customers())
        {
            await portal.GiveConsentAsync(DemoQueries.Consent(new Citizen(customer), DemoMembers.TaxService, DemoMembers.TaxDeduction, Fields));
        }
    }

    /// <summary>The consumer's client.yaml.</summary>
    public string ConsumerFile => Path.Combine(Demo.FolderOf(DemoMembers.TaxService), MemberFolder.ClientFile);

    /// <summary>The consumer's side, as its client.yaml has it, over so many connections.</summary>
    public ExchangeClientOptions Consumer(int connections)
    {
        var file = ExchangeClientOptions.Load(ConsumerFile);
        return new ExchangeClientOptions
        {
            Node = file.Node,
            NodeId = file.NodeId,
            Origin = file.Origin,
            Anchor = file.Anchor,
            Certificate = file.Certificate,
            EncryptionKey = file.EncryptionKey,
            ReceiptKeys = file.ReceiptKeys,
            CheckpointKeys = file.CheckpointKeys,
            Connections = connections,
        };
    }

    /// <summary>A channel from the consumer to whoever answers as that member.</summary>
    public GrpcChannel Connect(int port, MemberId server, int connections)
    {
        var consumer = Consumer(connections);
        return GrpcChannel.ForAddress(new Uri($"https://127.0.0.1:{port}"), new GrpcChannelOptions
        {
            HttpHandler = MemberTls.Connections(consumer.Certificate, server, consumer.Anchor, TimeProvider.System, ConnectTimeout, connections),
            DisposeHttpClient = true,
        });
    }

    public ValueTask DisposeAsync() => Demo.DisposeAsync();
}
