using System.Globalization;
using Exchange.Benches.Load.Transfers.Worlds;

namespace Exchange.Benches.Load.Transfers.Scale;

/// <summary>How large the large node is.</summary>
/// <param name="Consents">Subjects, with a consent each.</param>
/// <param name="Rules">Rules of its policy.</param>
/// <param name="Entries">Entries of its log.</param>
internal sealed record LargeSize(int Consents, int Rules, ulong Entries)
{
    /// <summary>More the state's numbers in a run cannot tell apart.</summary>
    public const int MostConsents = 1_000_000;

    /// <summary>Those who consented.</summary>
    public IEnumerable<string> Customers() => Enumerable.Range(0, Consents).Select(number => number.ToString("D6", CultureInfo.InvariantCulture));

    /// <summary>Those of them whose answers have the usual size: all but the listed ones.</summary>
    public IReadOnlyCollection<string> Asked()
    {
        var listed = BenchOrders.Customers().Select(one => one.Customer).ToHashSet(StringComparer.Ordinal);
        return [.. Customers().Where(customer => !listed.Contains(customer))];
    }
}
