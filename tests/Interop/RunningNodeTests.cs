using System.Text.Json;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Samples.Marketplace.Books;
using Exchange.Tests;
using Exchange.Vocabulary;

namespace Exchange.Interop.Tests;

/// <summary>
/// A state system written in another language, with libraries that are not ours and from docs/formats.md alone, fetches through a running
/// node over mutual TLS.
/// </summary>
public sealed class RunningNodeTests : IAsyncLifetime
{
    private const string Customer = "1001";
    private static readonly DateTimeOffset Until = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Fields = ["order_number", "total", "items"];

    private readonly SampleBook _book = new(seed: 11, Until);
    private DemoWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = _book });
        await _world.StartNodeAsync();
        await using var portal = _world.ConnectAs(DemoMembers.Portal);
        await portal.GiveConsentAsync(new ConsentTerms
        {
            Provider = DemoMembers.Marketplace,
            Consumer = DemoMembers.TaxService,
            Dataset = DemoMembers.Purchases,
            Purpose = DemoMembers.TaxDeduction,
            Subject = new Dictionary<SubjectScheme, string> { [DemoMembers.Inn] = Inn.OfCustomer(Customer), [DemoMembers.Customer] = Customer },
            Fields = Fields,
        });
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [NodeFact]
    public async Task JavaScript_fetches_opens_and_checks()
    {
        var (exitCode, output) = await Ask(Customer, Fields).RunAsync();

        exitCode.ShouldBe(0, output.ToString());
        output.GetProperty("receipt").GetProperty("verdict").GetString().ShouldBe("sound");
        var served = _book.Read(new OrderQuery(Customer, 0, 0, 1000, null)).Orders;
        output.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("order_number").GetString()).ShouldBe(served.Select(order => order.OrderNumber));
        foreach (var (record, order) in output.GetProperty("records").EnumerateArray().Zip(served))
        {
            record.GetProperty("total").GetProperty("minor_units").ToString().ShouldBe(order.Total.MinorUnits.ToString(System.Globalization.CultureInfo.InvariantCulture));
            record.GetProperty("items").GetArrayLength().ShouldBe(order.Items.Count);
            record.TryGetProperty("buyer", out var buyer).ShouldBe(buyer.ValueKind == JsonValueKind.Null);
        }
    }

    [NodeFact]
    public async Task JavaScript_is_told_what_was_withheld()
    {
        var (exitCode, output) = await Ask(Customer, ["order_number", "buyer.phone"]).RunAsync();

        exitCode.ShouldBe(0, output.ToString());
        output.GetProperty("terms").GetProperty("withheld").EnumerateArray().Single().GetProperty("path").GetString().ShouldBe("buyer.phone");
    }

    [NodeFact]
    public async Task JavaScript_reads_a_refusal_and_checks_its_receipt()
    {
        var (exitCode, output) = await Ask("1002", Fields).RunAsync();

        exitCode.ShouldBe(1);
        var refusal = output.GetProperty("refusal");
        refusal.GetProperty("reason").GetString().ShouldBe("SUBJECT_NOT_AVAILABLE");
        refusal.GetProperty("receipt").GetProperty("verdict").GetString().ShouldBe("sound");
    }

    private NodeFetch Ask(string customer, IReadOnlyList<string> fields)
    {
        var folder = _world.FolderOf(DemoMembers.TaxService);
        return new NodeFetch
        {
            Address = _world.Node.Address.Listening,
            Anchor = Path.Combine(folder, "..", "anchor.pem"),
            Certificate = Path.Combine(folder, "cert.pem"),
            Key = Path.Combine(folder, "cert-key.pem"),
            EncryptionKey = Path.Combine(folder, "encryption.pem"),
            ReceiptKey = _world.ReceiptKeyFile,
            Origin = DemoMembers.Origin,
            Provider = DemoMembers.Marketplace.Value,
            Dataset = DemoMembers.Purchases.Value,
            Purpose = DemoMembers.TaxDeduction.Value,
            Scheme = DemoMembers.Inn.Value,
            Subject = Inn.OfCustomer(customer),
            Fields = fields,
            Period = (Instant.From(Until - TimeSpan.FromDays(366)).Microseconds, Instant.From(Until).Microseconds),
            DatasetProto = Path.Combine(NodeScript.Protos, "datasets", "purchases", "v1", "purchases.proto"),
        };
    }
}
