using Exchange.Datasets.CustomerProfile.V1;
using Exchange.Datasets.Purchases.V1;
using Exchange.Node.Tests.Statistics;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Node.Tests.Requirements;

/// <summary>What the marketplace holds about one customer: two orders, of which the second is older than a year, and a profile; and figures about all.</summary>
internal sealed class Household(DateTimeOffset today)
{
    private const string Rouble = "RUB";

    internal DateTimeOffset OrderedAt { get; } = today.AddDays(-40).AddHours(10);

    internal DateTimeOffset Month { get; } = new(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);

    internal Order[] Orders =>
    [
        Order("70000001", OrderedAt, 30_000_00),
        Order("70000002", today.AddDays(-400), 25_000_00),
    ];

    internal Dictionary<string, Func<ProviderFetchRequest, Task<ProviderFetchResponse>>> Others => new()
    {
        ["customer_profile.v1"] = _ => Task.FromResult(new ProviderFetchResponse { Records = { Profile.ToByteString() } }),
        ["demand.v1"] = _ => Task.FromResult(new ProviderFetchResponse { Records = { Figures.Table(Month).Select(cell => cell.ToByteString()) } }),
    };

    internal FiscalReceipt Receipt(string buyerInn) => new()
    {
        User = "ООО «Ромашка»",
        UserInn = "7701234567",
        DateTime = Timestamp.FromDateTimeOffset(OrderedAt),
        OperationType = OperationType.Income,
        TotalSum = Roubles(30_000_00),
        EcashTotalSum = Roubles(30_000_00),
        KktRegId = "0001234567890123",
        FiscalDriveNumber = "9999078900001234",
        FiscalDocumentNumber = 481,
        FiscalSign = 2_345_678_901,
        RetailPlace = "https://market.example",
        BuyerInn = buyerInn,
    };

    internal static Datasets.Purchases.V1.Money Roubles(long kopecks) => new() { MinorUnits = kopecks, CurrencyCode = Rouble };

    private Profile Profile => new()
    {
        CustomerId = RequirementsWorld.Customer,
        CalculatedAt = Timestamp.FromDateTimeOffset(today.AddDays(-1)),
        Categories = { new CategoryHabit { Category = "books", Orders = 7 }, new CategoryHabit { Category = "toys", Orders = 2 } },
        OrdersPerMonth = 13,
        AverageBasket = new Datasets.CustomerProfile.V1.Money { MinorUnits = 2_345_67, CurrencyCode = Rouble },
        RegionName = "Тверская область",
        ZipCode = "170100",
        FirstOrderAt = Timestamp.FromDateTimeOffset(new DateTimeOffset(2019, 8, 14, 9, 30, 0, TimeSpan.Zero)),
        LastOrderAt = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 10, 13, 10, 0, 0, TimeSpan.Zero)),
    };

    private Order Order(string number, DateTimeOffset orderedAt, long kopecks) => new()
    {
        CustomerId = RequirementsWorld.Customer,
        OrderNumber = number,
        OrderedAt = Timestamp.FromDateTimeOffset(orderedAt),
        Status = OrderStatus.Sold,
        Total = Roubles(kopecks),
        Items = { new Item { SupplierArticle = "A-17", Name = "Тонометр", Quantity = 1, Price = Roubles(kopecks), Sum = Roubles(kopecks) } },
        Receipt = Receipt(buyerInn: RequirementsWorld.Inn),
        Buyer = new Buyer { LastName = "Иванова", FirstName = "Анна", MiddleName = "Петровна", Phone = "+79161234567", Email = "anna@example.test" },
        Delivery = new Delivery { CountryName = "Россия", RegionName = "Тверская область", ZipCode = "170100", FullAddress = "Тверь, Советская, 1", PvzCode = "TVR-4" },
    };
}
