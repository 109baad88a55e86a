using System.Globalization;
using Exchange.Samples.Marketplace.Books;

namespace Exchange.Cli.Demo.Retail;

/// <summary>
/// The file beside what the consumer received: figures for people, and every line of every invoice of every customer for
/// certainty. Rows without a customer are reconciled apart: nobody may ask for them, so none may arrive.
/// </summary>
public sealed class RetailComparison
{
    private RetailComparison(RetailFigures file, RetailFigures received, RetailFigures nobodys, IReadOnlyList<string> differences)
    {
        OfCustomers = file;
        Received = received;
        OfNobody = nobodys;
        Differences = differences;
    }

    /// <summary>The file's rows that name a customer.</summary>
    public RetailFigures OfCustomers { get; }

    /// <summary>What arrived.</summary>
    public RetailFigures Received { get; }

    /// <summary>The file's rows that name no customer.</summary>
    public RetailFigures OfNobody { get; }

    /// <summary>What differs, line by line; empty when everything agrees.</summary>
    public IReadOnlyList<string> Differences { get; }

    /// <summary>Compares; <paramref name="received"/> holds each customer's lines in the order of arrival.</summary>
    public static RetailComparison Of(IReadOnlyList<OnlineRetailRow> file, IReadOnlyDictionary<string, IReadOnlyList<RetailLine>> received)
    {
        var expected = file
            .Where(row => row.Customer is not null)
            .GroupBy(row => row.Customer!, RetailLine.Of, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var nobodys = file.Where(row => row.Customer is null).Select(RetailLine.Of).ToArray();

        List<string> differences = [];
        foreach (var customer in expected.Keys.Union(received.Keys).Order(StringComparer.Ordinal))
        {
            differences.AddRange(Differ(customer, expected.GetValueOrDefault(customer, []), received.GetValueOrDefault(customer, [])));
        }

        return new RetailComparison(
            RetailFigures.Of([.. expected.Values.SelectMany(lines => lines)]),
            RetailFigures.Of([.. received.Values.SelectMany(lines => lines)]),
            RetailFigures.Of(nobodys),
            differences);
    }

    private static IEnumerable<string> Differ(string customer, IReadOnlyList<RetailLine> expected, IReadOnlyList<RetailLine> received)
    {
        // Orders come by time, the file is by number; within an invoice both have the order of the rows.
        var file = expected.ToLookup(line => line.Invoice, StringComparer.Ordinal);
        var arrived = received.ToLookup(line => line.Invoice, StringComparer.Ordinal);
        foreach (var invoice in file.Select(lines => lines.Key).Union(arrived.Select(lines => lines.Key)))
        {
            if (!file[invoice].SequenceEqual(arrived[invoice]))
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"customer {customer}, invoice {invoice}: {file[invoice].Count()} rows in the file, {arrived[invoice].Count()} received, and they are not the same");
            }
        }
    }
}
