using Exchange.Audit;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Client.Evidence;
using Exchange.Client.Transport;
using Exchange.Datasets.Purchases.V1;
using Exchange.Format.V1;
using Exchange.Samples.Marketplace;
using Exchange.Samples.Marketplace.Books;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Worlds;

/// <summary>
/// A whole exchange on loopback with real certificates. Customers from 1001 up; some of them make the marketplace misbehave. Every customer
/// but <see cref="WithoutConsent"/> has consented to the tax deduction.
/// </summary>
public sealed class SomeWorld : IAsyncLifetime
{
    internal const string Citizen = "1001";
    internal const string AnsweredWithAnother = "1002";
    internal const string AnsweredMalformed = "1003";
    internal const string AnsweredLate = "1004";
    internal const string AnsweredDown = "1005";
    internal const string AnsweredOutsidePeriod = "1006";
    internal const string WithoutConsent = "1007";
    internal const string Withdrawing = "1008";
    internal const string AnsweredRefusing = "1012";
    internal const string AnsweredBusy = "1013";
    internal const string AnsweredHuge = "1014";
    internal const string AnsweredInvalid = "1015";

    /// <summary>What the tax service asks for in most tests.</summary>
    internal static readonly string[] TaxFields = ["order_number", "ordered_at", "total", "items", "receipt"];

    private static readonly DateTimeOffset Until = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private int _providerCalls;
    private readonly TaskCompletionSource _lateAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the marketplace has been asked about the customer of whom it answers late.</summary>
    internal Task LateAsked => _lateAsked.Task;

    /// <summary>How often the marketplace was asked.</summary>
    internal int ProviderCalls => Volatile.Read(ref _providerCalls);

    /// <summary>The tax service's quota, when the test wants another.</summary>
    internal string? Quota { get; init; }

    /// <summary>Makes another policy of the development one, when the test wants another.</summary>
    internal Func<string, string>? Policy { get; init; }

    /// <summary>What happens while the marketplace is asked about a customer, before it answers.</summary>
    internal Action<string>? WhileAsked { get; set; }

    internal DemoWorld World { get; private set; } = null!;

    internal InProcessNode Node { get; private set; } = null!;

    internal SampleBook Book { get; } = new(seed: 7, Until);

    internal ExchangeClient Tax { get; private set; } = null!;

    internal ExchangeClient Portal { get; private set; } = null!;

    internal Dictionary<string, ConsentConfirmation> Consents { get; } = [];

    internal AuditLog Log => Node.Host.Parts.GetRequiredService<AuditLog>();

    public async Task InitializeAsync()
    {
        World = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = Book, Misbehaves = Misbehaves });
        Edit(World.MembersFile, "deadline: 5s", "deadline: 3s"); // The late answer is waited for; a busy machine must not make others late.
        if (Quota is not null)
        {
            // The first quota in the file is the tax service's.
            var members = File.ReadAllText(World.MembersFile);
            var at = members.IndexOf("{requests_per_second", StringComparison.Ordinal);
            File.WriteAllText(World.MembersFile, members[..at] + Quota + members[(members.IndexOf('}', at) + 1)..]);
        }

        if (Policy is not null)
        {
            File.WriteAllText(World.PolicyFile, Policy(File.ReadAllText(World.PolicyFile)));
        }

        await StartAsync();
        foreach (var customer in Book.Customers.Where(customer => customer != WithoutConsent))
        {
            Consents[customer] = await Portal.GiveConsentAsync(Consent(customer));
        }
    }

    internal async Task StartAsync()
    {
        await World.StartNodeAsync(async _ => Node = await InProcessNode.StartAsync(World.NodeConfiguration));
        Tax = World.ConnectAs(DemoMembers.TaxService);
        Portal = World.ConnectAs(DemoMembers.Portal);
    }

    internal async Task RestartAsync()
    {
        await Tax.DisposeAsync();
        await Portal.DisposeAsync();
        await World.StopNodeAsync();
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await Tax.DisposeAsync();
        await Portal.DisposeAsync();
        await World.DisposeAsync();
    }

    internal static FetchQuery Ask(string customer = Citizen) => new()
    {
        Provider = DemoMembers.Marketplace,
        Dataset = DemoMembers.Purchases,
        Purpose = DemoMembers.TaxDeduction,
        Scheme = DemoMembers.Inn,
        Subject = Inn.OfCustomer(customer),
        Fields = TaxFields,
        From = Instant.From(Until - TimeSpan.FromDays(366)),
        Until = Instant.From(Until),
    };

    internal static ConsentTerms Consent(string customer, params string[] fields) => new()
    {
        Provider = DemoMembers.Marketplace,
        Consumer = DemoMembers.TaxService,
        Dataset = DemoMembers.Purchases,
        Purpose = DemoMembers.TaxDeduction,
        Subject = new Dictionary<SubjectScheme, string> { [DemoMembers.Inn] = Inn.OfCustomer(customer), [DemoMembers.Customer] = customer },
        Fields = fields.Length > 0 ? fields : TaxFields,
    };

    internal IReadOnlyList<Order> OrdersOf(string customer) => Book.Read(new OrderQuery(customer, 0, 0, 1000, null)).Orders;

    /// <summary>A request as it goes over the wire, for what the client would never send.</summary>
    internal static FetchRequest RawRequest(string customer = Citizen)
    {
        var now = TimeProvider.System.Now();
        var ask = Ask(customer);
        return new FetchRequest
        {
            RequestId = ByteString.CopyFrom(RequestId.New().ToArray()),
            NodeOrigin = DemoMembers.Origin,
            IssueTime = now.Microseconds,
            ExpireTime = (now + TimeSpan.FromMinutes(5)).Microseconds,
            Provider = ask.Provider.Value,
            Dataset = ask.Dataset.Value,
            Purpose = ask.Purpose.Value,
            Subject = new Subject { Scheme = ask.Scheme!.Value.Value, Value = ask.Subject },
            Fields = { ask.Fields },
            Period = new TimeRange { Start = ask.From!.Value.Microseconds, End = ask.Until!.Value.Microseconds },
        };
    }

    internal ExchangeClientOptions OptionsOf(MemberId member) => ExchangeClientOptions.Load(Path.Combine(World.FolderOf(member), "client.yaml"));

    internal GrpcChannel OpenChannel(MemberId member) => NodeChannel.Open(OptionsOf(member));

    /// <summary>Reads what a raw call was refused with, and checks the receipt.</summary>
    internal RefusalReader Refusals(MemberId member)
    {
        var options = OptionsOf(member);
        return new RefusalReader(new ReceiptInspector(options.Origin, options.ReceiptKeys, new LargestReceipts(null, TimeProvider.System)), options);
    }

    /// <summary>The entry that a receipt speaks of.</summary>
    internal AuditEntry EntryOf(Receipt receipt)
    {
        foreach (var stored in Log.ReadBackwards())
        {
            if (stored.Index == receipt.Index)
            {
                return AuditEntry.Parser.ParseFrom(stored.Bytes.Span);
            }
        }

        throw new InvalidOperationException($"Entry {receipt.Index} is not in the log.");
    }

    internal static void Edit(string file, string from, string to)
    {
        var text = File.ReadAllText(file);
        text.ShouldContain(from);
        File.WriteAllText(file, text.Replace(from, to, StringComparison.Ordinal));
    }

    private Misbehaviour Misbehaves(string customer)
    {
        Interlocked.Increment(ref _providerCalls);
        if (customer == AnsweredLate)
        {
            _lateAsked.TrySetResult();
        }

        WhileAsked?.Invoke(customer);
        return MisbehaviourOf(customer);
    }

    private static Misbehaviour MisbehaviourOf(string customer) => customer switch
    {
        AnsweredWithAnother => Misbehaviour.WrongSubject,
        AnsweredMalformed => Misbehaviour.MalformedRecord,
        AnsweredLate => Misbehaviour.Slow,
        AnsweredDown => Misbehaviour.Down,
        AnsweredOutsidePeriod => Misbehaviour.OutsidePeriod,
        AnsweredRefusing => Misbehaviour.Refuses,
        AnsweredBusy => Misbehaviour.Busy,
        AnsweredHuge => Misbehaviour.Huge,
        AnsweredInvalid => Misbehaviour.InvalidRecord,
        _ => Misbehaviour.None,
    };
}

/// <summary>The world that tests share which do not change it for each other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedWorld : ICollectionFixture<SomeWorld>
{
    public const string Name = "shared world";
}
