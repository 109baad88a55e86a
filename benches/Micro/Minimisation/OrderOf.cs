using System.Globalization;
using Exchange.Datasets.Purchases.V1;
using Exchange.Samples.Marketplace.Books;
using Google.Protobuf;

namespace Exchange.Benches.Micro.Minimisation;

/// <summary>Orders as the sample marketplace has them, names and addresses in Cyrillic, with as many items as a size takes.</summary>
internal static class OrderOf
{
    private static readonly Order Whole = First();

    /// <summary>The bytes of an order of about this size: the smallest has no receipt, no delivery and one item.</summary>
    /// <param name="bytes">The size.</param>
    /// <param name="names">How many times an item's name stands in it, for records of longer texts.</param>
    public static byte[] Size(int bytes, int names = 1)
    {
        var order = Whole.Clone();
        order.Items.Clear();
        if (bytes < 512)
        {
            (order.Receipt, order.Delivery) = (null, null);
        }

        var one = Whole.Items[0].Clone();
        one.Name = string.Concat(Enumerable.Repeat(one.Name, names));

        // Items are all of a size, so that filling up takes no search.
        for (var room = bytes - order.CalculateSize(); room > 0; room -= one.CalculateSize() + 3)
        {
            var item = one.Clone();
            item.Barcode = order.Items.Count.ToString("D13", CultureInfo.InvariantCulture);
            order.Items.Add(item);
        }

        return order.ToByteArray();
    }

    private static Order First()
    {
        var book = new SampleBook(seed: 7, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
        return book.Read(new OrderQuery(book.Customers[0], 0, 0, 1, null)).Orders[0];
    }
}
