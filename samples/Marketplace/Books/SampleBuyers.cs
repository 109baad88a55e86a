using System.Globalization;
using Exchange.Datasets.Purchases.V1;

namespace Exchange.Samples.Marketplace.Books;

/// <summary>People who do not exist: common names, telephone numbers of a code that no operator has, example.org addresses.</summary>
internal static class SampleBuyers
{
    // Surname, name and patronymic agree in gender; the parts are drawn independently.
    private static readonly string[] MenLast = ["Иванов", "Смирнов", "Кузнецов", "Соколов", "Лебедев", "Морозов", "Ёлкин"];
    private static readonly string[] MenFirst = ["Александр", "Дмитрий", "Михаил", "Пётр", "Сергей", "Фёдор"];
    private static readonly string[] MenMiddle = ["Александрович", "Игоревич", "Львович", "Николаевич", "Юрьевич"];
    private static readonly string[] WomenLast = ["Иванова", "Смирнова", "Попова", "Васильева", "Новикова", "Щербакова", "Цой"];
    private static readonly string[] WomenFirst = ["Анна", "Екатерина", "Мария", "Наталья", "Ольга", "Юлия"];
    private static readonly string[] WomenMiddle = ["Алексеевна", "Игоревна", "Львовна", "Петровна", "Сергеевна"];

    private static readonly (string Region, string Zip, string City)[] Places =
    [
        ("Москва", "101000", "г. Москва"),
        ("Санкт-Петербург", "190000", "г. Санкт-Петербург"),
        ("Новосибирская область", "630000", "г. Новосибирск"),
        ("Республика Татарстан", "420000", "г. Казань"),
        ("Приморский край", "690000", "г. Владивосток"),
    ];

    private static readonly string[] Streets = ["ул. Ленина", "ул. Садовая", "просп. Мира", "ул. Школьная", "наб. Речная"];

    internal static Buyer Write(Random random, int customer)
    {
        var woman = random.Next(2) == 0;
        return new Buyer
        {
            LastName = Pick(random, woman ? WomenLast : MenLast),
            FirstName = Pick(random, woman ? WomenFirst : MenFirst),
            MiddleName = Pick(random, woman ? WomenMiddle : MenMiddle),
            Phone = string.Create(CultureInfo.InvariantCulture, $"+7000{random.Next(10_000_000):D7}"),
            Email = string.Create(CultureInfo.InvariantCulture, $"buyer-{customer}@example.org"),
        };
    }

    internal static Delivery Address(Random random)
    {
        var place = Places[random.Next(Places.Length)];
        return new Delivery
        {
            CountryName = "Россия",
            RegionName = place.Region,
            ZipCode = place.Zip,
            FullAddress = string.Create(CultureInfo.InvariantCulture, $"{place.City}, {Pick(random, Streets)}, д. {random.Next(1, 120)}, кв. {random.Next(1, 300)}"),
            PvzCode = string.Create(CultureInfo.InvariantCulture, $"PVZ-{random.Next(1, 1000):D4}"),
        };
    }

    private static string Pick(Random random, string[] values) => values[random.Next(values.Length)];
}
