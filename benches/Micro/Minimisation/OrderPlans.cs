using Exchange.Datasets.Purchases.V1;
using Exchange.Policy.Minimisation;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Benches.Micro.Minimisation;

/// <summary>What a plan mostly does.</summary>
public enum PlanKind
{
    /// <summary>All but the buyer and two leaves of each item.</summary>
    Keep,

    /// <summary>Order number and the sums of the items.</summary>
    Drop,

    /// <summary>Codes to a prefix, names truncated, times to the day, sums to a step, telephone masked; nothing as it is but the order number.</summary>
    Change,
}

/// <summary>The plans, and the same written against the generated type.</summary>
internal static class OrderPlans
{
    private const long Step = 10_000;

    public static ReleasePlan Compile(RecordShape shape, PlanKind kind) => ReleasePlan.Compile(shape, shape.Leaves.Select(leaf => kind switch
    {
        PlanKind.Keep => leaf.Path.StartsWith("buyer.", StringComparison.Ordinal) || leaf.Path is "items.barcode" or "items.price.minor_units" ? null : new FieldAction.Keep(),
        PlanKind.Drop => leaf.Path is "order_number" or "items.sum.minor_units" or "items.sum.currency_code" ? new FieldAction.Keep() : null,
        _ => Change(leaf),
    }));

    public static Action<Order> Redaction(PlanKind kind) => kind switch
    {
        PlanKind.Keep => Keep,
        PlanKind.Drop => Drop,
        _ => Change,
    };

    private static FieldAction? Change(Leaf leaf) => leaf.Path switch
    {
        "order_number" => new FieldAction.Keep(),
        "ordered_at" => new FieldAction.GeneraliseTime(CalendarUnit.Day),
        "items.name" => new FieldAction.Truncate(8),
        "items.supplier_article" or "items.barcode" => new FieldAction.GeneraliseCode(4),
        "items.sum.minor_units" or "total.minor_units" => new FieldAction.GeneraliseNumber(Step),
        "buyer.phone" => new FieldAction.Mask(2, FromEnd: true),
        _ => null,
    };

    private static void Keep(Order order)
    {
        if (order.Buyer is not null)
        {
            order.Buyer = null;
        }

        foreach (var item in order.Items)
        {
            item.Barcode = "";
            item.Price.MinorUnits = 0;
        }
    }

    private static void Drop(Order order)
    {
        (order.CustomerId, order.OrderedAt, order.Status, order.Cancelled, order.CancelledAt, order.Total) = ("", null, default, false, null, null);
        (order.Receipt, order.Buyer, order.Delivery) = (null, null, null);
        foreach (var item in order.Items)
        {
            (item.SupplierArticle, item.Name, item.Category, item.Brand, item.Barcode, item.Quantity, item.Price) = ("", "", "", "", "", 0, null);
        }
    }

    private static void Change(Order order)
    {
        (order.CustomerId, order.Status, order.Cancelled, order.CancelledAt, order.Receipt, order.Delivery) = ("", default, false, null, null, null);
        order.OrderedAt = Timestamp.FromDateTime(order.OrderedAt.ToDateTime().Date);
        order.Total = new Money { MinorUnits = order.Total.MinorUnits / Step * Step };
        var phone = order.Buyer.Phone;
        order.Buyer = new Buyer { Phone = string.Concat("***", phone.AsSpan(phone.Length - Math.Min(2, phone.Length / 3))) };
        foreach (var item in order.Items)
        {
            (item.Category, item.Brand, item.Quantity, item.Price) = ("", "", 0, null);
            (item.SupplierArticle, item.Barcode, item.Name) = (First(item.SupplierArticle, 4), First(item.Barcode, 4), First(item.Name, 8));
            item.Sum = new Money { MinorUnits = item.Sum.MinorUnits / Step * Step };
        }
    }

    private static string First(string text, int characters)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (characters-- == 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
