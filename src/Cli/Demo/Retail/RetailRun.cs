using System.Globalization;
using System.Security.Cryptography;
using Exchange.Cli.Certs;
using Exchange.Cli.Demo.Story;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Datasets.Purchases.V1;
using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.Samples.Marketplace.Books;
using Exchange.Vocabulary;

namespace Exchange.Cli.Demo.Retail;

/// <summary>Real transactions through the node: every customer consents, the consumer fetches everything, and the file is the measure.</summary>
internal sealed class RetailRun(DemoWorld world, OnlineRetailBook book, StoryTeller teller, TimeProvider clock)
{
    private const int AtOnce = 16;

    private readonly EnvelopeKeeper _keeper = new(Path.Combine(world.Folder, "envelopes"));
    private readonly Citizen[] _citizens = [.. book.Customers.Select(customer => new Citizen(customer))];

    private readonly IReadOnlyList<Period> _periods =
        Period.Covering(Instant.From(book.Rows.Min(row => row.Time)), Instant.From(book.Rows.Max(row => row.Time)));

    /// <summary>The receipts of everything that was received.</summary>
    internal List<Receipt> Receipts { get; } = [];

    /// <summary>What can be asked again when the run is over.</summary>
    internal FetchQuery LastQuery => DemoQueries.ForDeduction(_citizens[0], _periods[0]);

    internal async Task RunAsync(CancellationToken cancellation)
    {
        teller.Chapter("Real transactions");
        await GiveConsentsAsync(cancellation);
        await FetchEverythingAsync(cancellation);
        Compare();
    }

    private async Task GiveConsentsAsync(CancellationToken cancellation)
    {
        await using var portal = world.ConnectAs(DemoMembers.Portal);
        var start = clock.GetTimestamp();
        await Parallel.ForEachAsync(_citizens, Bounded(cancellation), async (citizen, stop) =>
            await portal.GiveConsentAsync(DemoQueries.Consent(citizen, DemoMembers.TaxService, DemoMembers.TaxDeduction, DemoQueries.DeductionFields), stop));
        teller.Say(string.Create(CultureInfo.InvariantCulture, $"{_citizens.Length} citizens consented: {Rate(_citizens.Length, start)} consents a second, each durable before it was answered."));
    }

    private async Task FetchEverythingAsync(CancellationToken cancellation)
    {
        await using var client = world.ConnectAs(DemoMembers.TaxService);
        var consumer = new RetailConsumer(client, _keeper, _periods);
        var start = clock.GetTimestamp();
        await Parallel.ForEachAsync(_citizens, Bounded(cancellation), async (citizen, stop) => await consumer.FetchAsync(citizen, stop));
        teller.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{consumer.Transfers} transfers of at most 25 orders, {AtOnce} at once: {Rate(consumer.Transfers, start)} transfers a second, each envelope synced to the consumer's disk."));
    }

    private void Compare()
    {
        using var key = ECDiffieHellman.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(world.FolderOf(DemoMembers.TaxService), MemberFolder.EncryptionKeyFile)));
        using var opener = new EnvelopeOpener(key, DemoMembers.TaxService);

        var customers = _citizens.ToDictionary(citizen => citizen.Inn, citizen => citizen.Customer, StringComparer.Ordinal);
        Dictionary<string, List<RetailLine>> received = [];
        foreach (var kept in _keeper.ReadAll())
        {
            var envelope = Envelope.Parser.ParseFrom(kept.Bytes);
            var opened = opener.Open(envelope);
            Receipts.Add(envelope.Receipt);
            if (!received.TryGetValue(customers[kept.Subject], out var lines))
            {
                received[customers[kept.Subject]] = lines = [];
            }

            lines.AddRange(opened.Payload.Records.Select(Order.Parser.ParseFrom).SelectMany(RetailLine.Of));
        }

        Tell(RetailComparison.Of(book.Rows, received.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<RetailLine>)pair.Value, StringComparer.Ordinal)));
    }

    private void Tell(RetailComparison comparison)
    {
        var table = Output.Table("", "rows", "invoices", "rows cancelled", "negative", "price zero", "units", "sum, GBP");
        foreach (var (name, figures) in new[]
        {
            ("file, rows with a customer", comparison.OfCustomers),
            ("received by the consumer", comparison.Received),
            ("file, rows without one", comparison.OfNobody),
            ("file, all", comparison.OfCustomers + comparison.OfNobody),
        })
        {
            long[] numbers = [figures.Rows, figures.Invoices, figures.CancelledRows, figures.NegativeQuantities, figures.ZeroPrices, figures.Units];
            table.AddTextRow([name, .. numbers.Select(number => number.ToString("N0", CultureInfo.InvariantCulture)), (figures.SumPence / 100m).ToString("N2", CultureInfo.InvariantCulture)]);
        }

        teller.Show(table, new { comparison.OfCustomers, comparison.Received, comparison.OfNobody, comparison.Differences });
        var whole = comparison.OfCustomers.Rows + comparison.OfNobody.Rows == book.Rows.Count;
        teller.Tell(new StoryLine(
            "consumer",
            "opens every envelope from disk and compares each row with the file",
            comparison.Differences.Count == 0 ? "all rows agree" : string.Join("; ", comparison.Differences.Take(3)),
            Entry: null,
            comparison.Differences.Count == 0 && comparison.Received == comparison.OfCustomers && whole));
        teller.Tell(new StoryLine(
            "consumer",
            string.Create(CultureInfo.InvariantCulture, $"looks for the {comparison.OfNobody.Rows} rows that name no customer"),
            "none arrived: they belong to no subject, so nobody may ask for them",
            Entry: null,
            comparison.OfNobody.Rows == book.RowsWithoutCustomer && comparison.Received.Rows == book.Rows.Count - book.RowsWithoutCustomer));
    }

    private static ParallelOptions Bounded(CancellationToken cancellation) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };

    private string Rate(int count, long start) => (count / clock.GetElapsedTime(start).TotalSeconds).ToString("N0", CultureInfo.InvariantCulture);
}
