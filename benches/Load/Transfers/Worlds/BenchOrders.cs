using System.Globalization;
using Exchange.Cli.Demo.World;
using Exchange.Datasets.Purchases.V1;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Benches.Load.Transfers.Worlds;

/// <summary>
/// What the provider of a run answers, to the byte: an answer of 200 or 1,024 bytes is one order, a larger one is many orders of about 1 KB.
/// Each size has customers of its own, so that a question alone says how much comes back.
/// </summary>
internal static class BenchOrders
{
    /// <summary>Customers of each size: enough that no two workers of a run ask about the same one at every turn.</summary>
    public const int CustomersOfEach = 64;

    /// <summary>Bytes of the answer by which most is judged.</summary>
    public const int UsualAnswer = 1024;

    private const int FirstCustomer = 100_000;
    private const int SmallestOrder = 160;
    private const int UsualOrder = 1024;
    private const string Currency = "RUB";

    /// <summary>Sizes of an answer that a run can have, in bytes.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [200, 1024, 16 * 1024, 256 * 1024];

    /// <summary>When the orders were placed: fixed, so that answers repeat.</summary>
    public static DateTimeOffset Until { get; } = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One of the customers whose answers have this size.</summary>
    public static string Customer(int size, int number) =>
        (FirstCustomer + (IndexOf(size) * CustomersOfEach) + (number % CustomersOfEach)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Every customer of a run, with the size of the answers about it.</summary>
    public static IEnumerable<(string Customer, int Size)> Customers() =>
        Sizes.SelectMany(size => Enumerable.Range(0, CustomersOfEach).Select(number => (Customer(size, number), size)));

    /// <summary>The serialised answer about a customer: exactly so many bytes.</summary>
    public static byte[] Answer(string customer, int size)
    {
        var answer = new ProviderFetchResponse();
        for (var number = 0; ; number++)
        {
            var left = size - answer.CalculateSize();
            var isLast = left < UsualOrder + SmallestOrder + 16;
            answer.Records.Add(Order(customer, number, isLast ? left : UsualOrder).ToByteString());
            if (isLast)
            {
                return answer.ToByteArray();
            }
        }
    }

    /// <summary>An order that takes so many bytes within an answer, key and length included: goods until it is nearly full, then one with a long enough name.</summary>
    private static Order Order(string customer, int number, int size)
    {
        var orderedAt = Until - TimeSpan.FromDays(1 + (number % 300));
        var order = new Order
        {
            CustomerId = customer,
            OrderNumber = string.Create(CultureInfo.InvariantCulture, $"7{customer}{number:D4}"),
            OrderedAt = Timestamp.FromDateTimeOffset(orderedAt),
            Status = OrderStatus.Sold,
            Total = Roubles(349_000),
        };
        if (size >= UsualOrder)
        {
            order.Receipt = Receipt(orderedAt, number);
            order.Buyer = new Buyer { LastName = "Иванова", FirstName = "Мария", MiddleName = "Петровна", Phone = "+79000000000", Email = "buyer@example.test" };
            order.Delivery = new Delivery { CountryName = "Россия", RegionName = "Калужская область", ZipCode = "248000", FullAddress = "ул. Примерная, 1", PvzCode = "P-17" };
            order.Items.Add(Goods("Тонометр автоматический"));
        }

        order.Items.Add(Goods(string.Empty));
        var name = new string('n', Math.Max(0, size - SizeInAnswer(order) - 4));
        order.Items[^1].Name = name;
        while (SizeInAnswer(order) != size)
        {
            name += SizeInAnswer(order) < size ? "n" : throw new InvalidOperationException($"No order takes {size} bytes.");
            order.Items[^1].Name = name;
        }

        return order;
    }

    private static int SizeInAnswer(Order order) => 1 + CodedOutputStream.ComputeBytesSize(order.ToByteString());

    private static Item Goods(string name) => new()
    {
        SupplierArticle = "ART-001",
        Name = name,
        Category = "Медицинские изделия",
        Brand = "Здравье",
        Quantity = 1,
        Price = Roubles(349_000),
        Sum = Roubles(349_000),
    };

    private static FiscalReceipt Receipt(DateTimeOffset time, int number) => new()
    {
        User = "ООО «Пример»",
        UserInn = Inn.OfCustomer("777"),
        DateTime = Timestamp.FromDateTimeOffset(time),
        OperationType = OperationType.Income,
        TotalSum = Roubles(349_000),
        EcashTotalSum = Roubles(349_000),
        KktRegId = "0000000001234567",
        FiscalDriveNumber = "9960440300000000",
        FiscalDocumentNumber = (uint)(1000 + number),
        FiscalSign = 1_234_567_890,
        ShiftNumber = 17,
        RequestNumber = 4,
        AppliedTaxationType = 1,
        RetailPlace = "https://market.example.test",
    };

    private static Money Roubles(long kopecks) => new() { MinorUnits = kopecks, CurrencyCode = Currency };

    private static int IndexOf(int size) =>
        Sizes.IndexOf(size) is >= 0 and var index ? index : throw new ArgumentOutOfRangeException(nameof(size), size, $"A run has answers of {string.Join(", ", Sizes)} bytes.");

    private static int IndexOf(this IReadOnlyList<int> sizes, int size) => sizes.ToList().IndexOf(size);
}
