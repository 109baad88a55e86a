using System.Globalization;
using Exchange.Datasets.Purchases.V1;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Samples.Marketplace.Books;

/// <summary>Fiscal receipts in the form of the fiscal document, paid by card; a cancelled order has that of the return.</summary>
internal static class SampleReceipts
{
    // Serial number zero belongs to no firm.
    private const string SellerInn = "7700000009";

    internal static FiscalReceipt Write(Random random, DateTimeOffset orderedAt, bool returned, long total, string currency) => new()
    {
        User = "ООО «Пример»",
        UserInn = SellerInn,
        DateTime = Timestamp.FromDateTimeOffset(orderedAt + TimeSpan.FromMinutes(1)),
        OperationType = returned ? OperationType.IncomeReturned : OperationType.Income,
        TotalSum = new Money { MinorUnits = total, CurrencyCode = currency },
        CashTotalSum = new Money { CurrencyCode = currency },
        EcashTotalSum = new Money { MinorUnits = total, CurrencyCode = currency },
        KktRegId = string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 1_000_000_000):D16}"),
        FiscalDriveNumber = string.Create(CultureInfo.InvariantCulture, $"9960{random.NextInt64(1_000_000_000_000):D12}"),
        FiscalDocumentNumber = (uint)random.Next(1, 1_000_000),
        FiscalSign = (uint)random.NextInt64(1, uint.MaxValue),
        ShiftNumber = (uint)random.Next(1, 400),
        RequestNumber = (uint)random.Next(1, 1000),
        AppliedTaxationType = 1,
        RetailPlace = "https://market.example.org",
    };
}
