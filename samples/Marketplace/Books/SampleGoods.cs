using System.Globalization;
using Exchange.Datasets.Purchases.V1;

namespace Exchange.Samples.Marketplace.Books;

/// <summary>What is sold: a short shelf, among it the medicines and courses for which a tax deduction exists.</summary>
internal static class SampleGoods
{
    private static readonly (string Name, string Category, string Brand, long Price)[] Shelf =
    [
        ("Тонометр автоматический", "Медицинские изделия", "Здравье", 349_000),
        ("Витамин D3, 60 капсул", "Лекарства", "Фармлист", 64_900),
        ("Ибупрофен, 20 таблеток", "Лекарства", "Фармлист", 11_250),
        ("Онлайн-курс «Основы бухгалтерии»", "Обучение", "Учебник", 1_290_000),
        ("Абонемент в спортивный зал, месяц", "Спорт", "Атлет", 380_000),
        ("Кроссовки беговые", "Обувь", "Бегунок", 529_900),
        ("Чайник электрический, 1,7 л", "Бытовая техника", "Самовар", 219_000),
        ("Кружка «Доброе утро»", "Посуда", "Гжель", 39_000),
        ("Тетрадь в клетку, 48 листов", "Канцелярия", "Клякса", 5_590),
        ("Пакет подарочный (в подарок)", "Упаковка", "Лента", 0),
    ];

    internal static Item Pick(Random random, string currency)
    {
        var index = random.Next(Shelf.Length);
        var (name, category, brand, price) = Shelf[index];
        long quantity = random.Next(1, 4);
        return new Item
        {
            SupplierArticle = string.Create(CultureInfo.InvariantCulture, $"ART-{index + 1:D3}"),
            Name = name,
            Category = category,
            Brand = brand,
            Barcode = string.Create(CultureInfo.InvariantCulture, $"200000000{index:D4}"),
            Quantity = quantity,
            Price = new Money { MinorUnits = price, CurrencyCode = currency },
            Sum = new Money { MinorUnits = quantity * price, CurrencyCode = currency },
        };
    }
}
