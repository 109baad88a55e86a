using System.Text.RegularExpressions;
using Exchange.Audit;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Snapshots;
using Exchange.Node.Tests.Worlds;
using Exchange.Policy.Minimisation;
using Exchange.Samples.Marketplace.Books;
using Exchange.V1;
using Exchange.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Requirements;

/// <summary>
/// An exchange whose policy is the one that docs/policy.md shows: what it says about who gets what is tried here, through a running node. One
/// citizen, named by a tax number on the state's side and by a customer number on the marketplace's.
/// </summary>
public sealed partial class RequirementsWorld : IAsyncLifetime
{
    internal const string Inn = "500100732259";
    internal const string Customer = "1001";

    internal static readonly MemberId Tax = MemberId.Parse("spiffe://exchange.test/gov/tax");
    internal static readonly MemberId Social = MemberId.Parse("spiffe://exchange.test/gov/social");
    internal static readonly MemberId Statistics = MemberId.Parse("spiffe://exchange.test/gov/statistics");
    internal static readonly MemberId Portal = DemoMembers.Portal;

    /// <summary>Midnight, UTC: the windows of assertions end here.</summary>
    internal static readonly DateTimeOffset Today = new(DateTime.UtcNow.Date, TimeSpan.Zero);

    private readonly Dictionary<MemberId, ExchangeClient> _clients = [];

    internal DemoWorld World { get; private set; } = null!;

    internal InProcessNode Node { get; private set; } = null!;

    internal Household Household { get; } = new(Today);

    public async Task InitializeAsync()
    {
        World = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = new OrderBook(Household.Orders), Others = Household.Others });
        var members = new List<string>();
        foreach (var member in new[] { Tax, Social, Statistics })
        {
            World.IssueTo(member, encryption: true);
            var name = member.Value.Split('/')[^1];
            members.Add($$"""

                  - id: {{member}}
                    name: {{name}}
                    roles: [consumer]
                    anchor: certs/anchor.pem
                    encryption_keys:
                      - {file: certs/{{name}}/encryption.pub.pem, valid_from: 2020-01-01T00:00:00Z}
                    quota: {requests_per_second: 10000, burst: 10000}

                """);
        }

        File.AppendAllLines(World.MembersFile, members);
        File.Delete(World.PolicyFile);
        WritePolicy();
        await World.StartNodeAsync(async _ => Node = await InProcessNode.StartAsync(World.NodeConfiguration));
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            await client.DisposeAsync();
        }

        await World.DisposeAsync();
    }

    internal ExchangeClient As(MemberId member)
    {
        if (!_clients.TryGetValue(member, out var client))
        {
            _clients[member] = client = World.ConnectAs(member);
        }

        return client;
    }

    internal static FetchQuery Ask(string dataset, string purpose, params string[] fields) => new()
    {
        Provider = DemoMembers.Marketplace,
        Dataset = DatasetId.Parse(dataset),
        Purpose = PurposeId.Parse(purpose),
        Scheme = DemoMembers.Inn,
        Subject = Inn,
        Fields = fields,
    };

    /// <summary>The citizen consents at the portal, to fields or assertions.</summary>
    internal Task<ConsentConfirmation> ConsentAsync(MemberId consumer, FetchQuery query, params string[] fields) => As(Portal).GiveConsentAsync(new ConsentTerms
    {
        Provider = query.Provider,
        Consumer = consumer,
        Dataset = query.Dataset,
        Purpose = query.Purpose,
        Subject = new Dictionary<SubjectScheme, string> { [DemoMembers.Inn] = Inn, [DemoMembers.Customer] = Customer },
        Fields = fields,
        Assertions = query.Assertions,
    });

    internal async Task<ExchangeRefusedException> RefusedAsync(MemberId member, FetchQuery query)
    {
        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => As(member).FetchAsync(query));
        var entry = EntryOf(refused.Receipt!);
        entry.Kind.ShouldBe(EntryKind.Refused);
        entry.Consumer.ShouldBe(member.Value);
        entry.FieldsReleased.ShouldBeEmpty();
        return refused;
    }

    /// <summary>The entry of a release: everything that it says of this transfer, and nothing about the person in the clear.</summary>
    internal AuditEntry ReleasedEntry(FetchedPage page, MemberId consumer, FetchQuery query)
    {
        var entry = EntryOf(page.Receipt);
        (entry.Kind, entry.Outcome).ShouldBe((EntryKind.Released, 0U));
        (entry.Consumer, entry.Provider, entry.Dataset, entry.Purpose).ShouldBe((consumer.Value, query.Provider.Value, query.Dataset.Value, query.Purpose.Value));
        entry.LegalBasis.ShouldBe(page.Terms.LegalBasis);
        entry.PolicyDigest.ShouldBe(page.Header.PolicyDigest);
        entry.ToString().ShouldNotContain(Inn);
        return entry;
    }

    /// <summary>The fields that a set of an entry stands for.</summary>
    internal string[] Fields(string dataset, Google.Protobuf.ByteString set)
    {
        FieldSet.TryRead(set.Span, out var fields).ShouldBeTrue();
        return [.. Node.Host.Parts.GetRequiredService<SnapshotHolder>().Current.Datasets.Datasets.Single(known => known.Id.Value == dataset).Shape.Paths(fields)];
    }

    private AuditEntry EntryOf(Receipt receipt)
    {
        var stored = Node.Host.Parts.GetRequiredService<AuditLog>().ReadBackwards().First(entry => entry.Index == receipt.Index);
        return AuditEntry.Parser.ParseFrom(stored.Bytes.Span);
    }

    private void WritePolicy()
    {
        var page = File.ReadAllText(Path.Combine(Prerequisites.Repository, "docs", "policy.md"));
        foreach (var example in PolicyExample().Matches(page).Cast<Match>())
        {
            var file = new FileInfo(Path.Combine(World.Folder, example.Groups[1].Value));
            file.Directory!.Create();
            File.WriteAllText(file.FullName, example.Groups[2].Value);
        }
    }

    [GeneratedRegex("```yaml\n# ((?:policy|shared)/\\S+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PolicyExample();
}

/// <summary>The world in which the requirements are tried, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class SharedRequirements : ICollectionFixture<RequirementsWorld>
{
    public const string Name = "requirements";
}
