using Exchange.Audit;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Client.Evidence;
using Exchange.Client.Transport;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Exchange.Samples.Marketplace.Books;
using Exchange.Vocabulary;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Auditing;

/// <summary>A whole exchange on loopback with an auditor and an operator among its members, whose node goes by a clock that the test moves.</summary>
internal sealed class AuditedWorld : IAsyncDisposable
{
    internal static readonly MemberId Auditor = MemberId.Parse("spiffe://exchange.test/audit/court");
    internal static readonly MemberId Operator = MemberId.Parse("spiffe://exchange.test/ops/desk");

    private static readonly DateTimeOffset Until = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<IAsyncDisposable> _clients = [];

    private AuditedWorld(DemoWorld world) => World = world;

    internal NodeClock Clock { get; } = new();

    internal DemoWorld World { get; }

    internal InProcessNode Node { get; private set; } = null!;

    internal AuditLog Log => Node.Host.Parts.GetRequiredService<AuditLog>();

    /// <summary>Starts the world; <paramref name="configure"/> may change node.yaml before.</summary>
    internal static async Task<AuditedWorld> StartAsync(Func<string, string>? configure = null)
    {
        var world = new AuditedWorld(await DemoWorld.CreateAsync(new DemoWorldOptions { Book = new SampleBook(seed: 7, Until) }));
        foreach (var (member, role) in new[] { (Auditor, "auditor"), (Operator, "operator") })
        {
            world.World.IssueTo(member, encryption: false);
            File.AppendAllText(world.World.MembersFile, $$"""

                  - id: {{member}}
                    name: {{role}}
                    roles: [{{role}}]
                    anchor: certs/anchor.pem
                    quota: {requests_per_second: 10000, burst: 10000}

                """);
        }

        // A machine that others use at the same time must not make the marketplace late.
        SomeWorld.Edit(world.World.MembersFile, "deadline: 5s", "deadline: 60s");
        if (configure is not null)
        {
            world.Configure(configure);
        }

        await world.StartNodeAsync();
        return world;
    }

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        await World.DisposeAsync();
    }

    internal void Configure(Func<string, string> change) => File.WriteAllText(World.NodeConfiguration, change(File.ReadAllText(World.NodeConfiguration)));

    internal async Task StartNodeAsync()
    {
        // The world writes the development configuration anew to keep the node's doors; what the test has set in it must last.
        var configuration = await File.ReadAllTextAsync(World.NodeConfiguration);
        await World.StartNodeAsync(async _ => Node = await InProcessNode.StartAsync(World.NodeConfiguration, Clock));
        await File.WriteAllTextAsync(World.NodeConfiguration, configuration);
    }

    internal async Task StopNodeAsync()
    {
        await DisconnectAsync();
        await World.StopNodeAsync();
    }

    internal ExchangeClient As(MemberId member) => Kept(World.ConnectAs(member));

    internal ExchangeClientOptions OptionsOf(MemberId member) => ExchangeClientOptions.Load(Path.Combine(World.FolderOf(member), "client.yaml"));

    internal GrpcChannel ChannelOf(MemberId member) => NodeChannel.Open(OptionsOf(member));

    /// <summary>Reads what a raw call was refused with, and checks the receipt.</summary>
    internal RefusalReader RefusalsOf(MemberId member)
    {
        var options = OptionsOf(member);
        return new RefusalReader(new ReceiptInspector(options.Origin, options.ReceiptKeys, new LargestReceipts(null, TimeProvider.System)), options);
    }

    /// <summary>A citizen consents, and the tax service fetches: two entries, and the consent.</summary>
    internal async Task<(ConsentConfirmation Consent, FetchedPage Page)> TransferAsync(string customer = SomeWorld.Citizen)
    {
        var consent = await As(DemoMembers.Portal).GiveConsentAsync(SomeWorld.Consent(customer));
        return (consent, await As(DemoMembers.TaxService).FetchAsync(SomeWorld.Ask(customer)));
    }

    internal IReadOnlyList<AuditEntry> Entries() => [.. Log.ReadBackwards().Select(stored => AuditEntry.Parser.ParseFrom(stored.Bytes.Span)).Reverse()];

    /// <summary>Waits until the log has an entry of a kind, and returns the newest.</summary>
    internal async Task<AuditEntry> UntilLoggedAsync(EntryKind kind)
    {
        AuditEntry? found = null;
        await UntilAsync(() => (found = Entries().LastOrDefault(entry => entry.Kind == kind)) is not null, $"{kind} in the log");
        return found!;
    }

    /// <summary>Waits for what comes about in the background; fails with its name when it does not.</summary>
    internal static async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Patience, what);
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    internal T Kept<T>(T client)
        where T : IAsyncDisposable
    {
        _clients.Add(client);
        return client;
    }

    private async Task DisconnectAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        _clients.Clear();
    }
}
