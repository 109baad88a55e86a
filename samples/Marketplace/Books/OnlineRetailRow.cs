using System.Globalization;
using CsvHelper;

namespace Exchange.Samples.Marketplace.Books;

/// <summary>
/// One row of the "Online Retail" transactions (UCI Machine Learning Repository, id 352): an item of an invoice. A sum in pence
/// is quantity times price; an invoice whose number begins with C is a cancellation.
/// </summary>
/// <param name="Line">The row's line in the file, the heading being line 1.</param>
/// <param name="Invoice">The invoice's number.</param>
/// <param name="StockCode">The seller's code of the goods.</param>
/// <param name="Description">Their name, as written; sometimes empty.</param>
/// <param name="Quantity">Negative for goods given back and for stock written off.</param>
/// <param name="Time">When the invoice was written.</param>
/// <param name="PricePence">Price of one; zero for gifts and corrections.</param>
/// <param name="Customer">The customer's number, null where the file names none.</param>
/// <param name="Country">The customer's country.</param>
public sealed record OnlineRetailRow(
    long Line, string Invoice, string StockCode, string Description, long Quantity, DateTimeOffset Time, long PricePence, string? Customer, string Country)
{
    private const int PencePerPound = 100;

    /// <summary>Quantity times price.</summary>
    public long SumPence => Quantity * PricePence;

    /// <summary>Whether the invoice takes back an earlier one.</summary>
    public bool Cancellation => Invoice.StartsWith('C');

    /// <summary>Reads all rows of a file, in its order.</summary>
    /// <exception cref="InvalidDataException">A row is not of this form; the message names its line.</exception>
    public static IEnumerable<OnlineRetailRow> ReadAll(string path)
    {
        using var csv = CsvReader.FromFile(path, CsvReaderOptions.Default with { TrackLineNumbers = true });
        while (csv.Read())
        {
            yield return Parse(csv);
        }
    }

    private static OnlineRetailRow Parse(CsvReader csv)
    {
        try
        {
            return new OnlineRetailRow(
                csv.LineNumber,
                csv.GetString("InvoiceNo"),
                csv.GetString("StockCode"),
                csv.GetString("Description"),
                csv.Parse<long>("Quantity"),
                // The file names no zone; it was December in the United Kingdom, so it is UTC.
                DateTimeOffset.ParseExact(csv.GetString("InvoiceDate"), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                Pence(csv.Parse<decimal>("UnitPrice")),
                CustomerNumber(csv.GetString("CustomerID")),
                csv.GetString("Country"));
        }
        catch (Exception fault) when (fault is CsvFormatException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"Line {csv.LineNumber} is not a row of online retail: {fault.Message}", fault);
        }
    }

    private static long Pence(decimal pounds)
    {
        var pence = pounds * PencePerPound;
        return pence == decimal.Truncate(pence)
            ? (long)pence
            : throw new FormatException($"the price {pounds.ToString(CultureInfo.InvariantCulture)} has a fraction of a penny");
    }

    // The file was written by a program that took customer numbers for floating-point numbers: "17850.0".
    private static string? CustomerNumber(string field) => field.Length == 0
        ? null
        : ((long)decimal.Parse(field, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);
}
