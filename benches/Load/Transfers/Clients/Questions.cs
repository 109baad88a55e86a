using Exchange.Benches.Load.Transfers.Worlds;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Benches.Load.Transfers.Clients;

/// <summary>The questions of a run, written beforehand: of the provider directly, and of the node.</summary>
internal static class Questions
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private static readonly long Start = (BenchOrders.Until - TimeSpan.FromDays(365)).ToUnixTimeMilliseconds() * 1000;
    private static readonly long End = BenchOrders.Until.ToUnixTimeMilliseconds() * 1000;

    public static byte[] OfProvider(int size, int number) => new ProviderFetchRequest
    {
        TransferId = ByteString.CopyFrom(TransferId.New().ToArray()),
        Dataset = DemoMembers.Purchases.Value,
        Purpose = DemoMembers.TaxDeduction.Value,
        Subject = new Subject { Scheme = DemoMembers.Customer.Value, Value = BenchOrders.Customer(size, number) },
        Fields = { TransferWorld.Fields },
        Period = new TimeRange { Start = Start, End = End },
        PageSize = 1000,
    }.ToByteArray();

    public static byte[] OfNode(int size, int number)
    {
        var now = TimeProvider.System.Now();
        return new FetchRequest
        {
            RequestId = ByteString.CopyFrom(RequestId.New().ToArray()),
            NodeOrigin = DemoMembers.Origin,
            IssueTime = now.Microseconds,
            ExpireTime = (now + Life).Microseconds,
            Provider = DemoMembers.Marketplace.Value,
            Dataset = DemoMembers.Purchases.Value,
            Purpose = DemoMembers.TaxDeduction.Value,
            Subject = new Subject { Scheme = DemoMembers.Inn.Value, Value = Inn.OfCustomer(BenchOrders.Customer(size, number)) },
            Fields = { TransferWorld.Fields },
            Period = new TimeRange { Start = Start, End = End },
            PageSize = 1000,
        }.ToByteArray();
    }

    public static FetchQuery OfClient(int size, int number) => new()
    {
        Provider = DemoMembers.Marketplace,
        Dataset = DemoMembers.Purchases,
        Purpose = DemoMembers.TaxDeduction,
        Scheme = DemoMembers.Inn,
        Subject = Inn.OfCustomer(BenchOrders.Customer(size, number)),
        Fields = TransferWorld.Fields,
        From = new Instant(Start),
        Until = new Instant(End),
        PageSize = 1000,
    };
}
