using System.Globalization;
using System.Text;
using Exchange.Datasets.Purchases.V1;

namespace Exchange.Samples.Marketplace.Books;

/// <summary>
/// The last order of a page by its place in the book: time, then number. It names a place and not a count, so an order that
/// arrives between two pages neither repeats nor hides another.
/// </summary>
public readonly record struct OrderCursor(long OrderedAt, string Number) : IComparable<OrderCursor>
{
    /// <summary>The place of an order.</summary>
    public static OrderCursor Of(Order order) => new(order.OrderedAt.ToMicroseconds(), order.OrderNumber);

    /// <summary>Reads the token that <see cref="ToToken"/> wrote.</summary>
    public static bool TryParse(ReadOnlySpan<byte> token, out OrderCursor cursor)
    {
        var text = Encoding.UTF8.GetString(token);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || !long.TryParse(text.AsSpan(0, space), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time))
        {
            cursor = default;
            return false;
        }

        cursor = new OrderCursor(time, text[(space + 1)..]);
        return true;
    }

    /// <summary>As the node carries it, without looking inside.</summary>
    public byte[] ToToken() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{OrderedAt} {Number}"));

    /// <inheritdoc/>
    public int CompareTo(OrderCursor other)
    {
        var byTime = OrderedAt.CompareTo(other.OrderedAt);
        return byTime != 0 ? byTime : string.CompareOrdinal(Number, other.Number);
    }

    /// <summary>Order in the book.</summary>
    public static bool operator <(OrderCursor left, OrderCursor right) => left.CompareTo(right) < 0;

    /// <summary>Order in the book.</summary>
    public static bool operator >(OrderCursor left, OrderCursor right) => left.CompareTo(right) > 0;

    /// <summary>Order in the book.</summary>
    public static bool operator <=(OrderCursor left, OrderCursor right) => left.CompareTo(right) <= 0;

    /// <summary>Order in the book.</summary>
    public static bool operator >=(OrderCursor left, OrderCursor right) => left.CompareTo(right) >= 0;
}
