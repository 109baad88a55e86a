using System.Globalization;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Verification;
using Exchange.Cli.Demo.Retail;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Samples.Marketplace.Books;
using Exchange.Verifier;
using Exchange.Vocabulary;

namespace Exchange.Cli.Tests.Demo;

/// <summary>A node's process is ended with SIGKILL while a consumer fetches; EXCHANGE_KILLS says how often.</summary>
public sealed class KilledNodeTests
{
    private const int Seed = 17;
    private const int AtOnce = 16;

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("EXCHANGE_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : 20;

    [Fact]
    public async Task After_each_kill_the_log_verifies_and_holds_every_envelope_that_the_consumer_has()
    {
        var (book, periods) = SomeBook();
        await using var world = await DemoWorld.CreateAsync(new DemoWorldOptions { Book = book });
        await world.StartNodeAsync();
        var citizens = book.Customers.Select(customer => new Citizen(customer)).ToArray();
        await ConsentAsync(world, citizens);

        var random = new Random(Seed);
        var keeper = new EnvelopeKeeper(Path.Combine(world.Folder, "envelopes"));
        await using var client = world.ConnectAs(DemoMembers.TaxService);
        for (var kill = 1; kill <= Kills; kill++)
        {
            await FetchUntilKilledAsync(world, client, keeper, periods, citizens, envelopes: random.Next(1, 60));
            Verify(world, keeper, $"after kill {kill}");
            await world.StartNodeAsync();
        }

        // What was consented before the first kill is still in force after the last: everybody can be asked about.
        var after = new RetailConsumer(client, keeper, periods);
        await Parallel.ForEachAsync(citizens, Bounded, async (citizen, stop) => await after.FetchAsync(citizen, stop));
        after.Transfers.ShouldBeGreaterThanOrEqualTo(citizens.Length);
        await world.StopNodeAsync();
        Verify(world, keeper, "at the end");
    }

    private static ParallelOptions Bounded => new() { MaxDegreeOfParallelism = AtOnce };

    /// <summary>Fetches about everybody; when so many envelopes are kept the node is killed, in the middle of the calls under way.</summary>
    private static async Task FetchUntilKilledAsync(
        DemoWorld world, ExchangeClient client, EnvelopeKeeper keeper, IReadOnlyList<Period> periods, Citizen[] citizens, int envelopes)
    {
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new RetailConsumer(client, keeper, periods, kept =>
        {
            if (kept == envelopes)
            {
                enough.SetResult();
            }
        });
        using var ended = new CancellationTokenSource();
        var fetching = Parallel.ForEachAsync(
            citizens,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ended.Token },
            async (citizen, stop) =>
            {
                try
                {
                    await consumer.FetchAsync(citizen, stop);
                }
                catch (ExchangeRefusedException lost) when (enough.Task.IsCompleted)
                {
                    lost.Retryable.ShouldBeTrue($"{lost.Reason}: {lost.Message}");
                    await ended.CancelAsync();
                }
            });

        (await Task.WhenAny(enough.Task, fetching)).ShouldBe(enough.Task);
        await world.KillNodeAsync();
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(fetching);
    }

    private static void Verify(DemoWorld world, EnvelopeKeeper keeper, string when)
    {
        Receipt[] receipts = [.. keeper.ReadAll().Select(kept => Envelope.Parser.ParseFrom(kept.Bytes).Receipt)];
        using var keys = new ReceiptKeys();
        keys.AddPem(File.ReadAllText(world.ReceiptKeyFile));
        var report = LogVerification.Run(world.LogFolder, new LogVerifierOptions { Keys = keys, ExpectedOrigin = DemoMembers.Origin, Receipts = receipts });

        report.Problem.ShouldBeNull(when);
        report.SignaturesChecked.ShouldBeTrue(when);
        receipts.ShouldNotBeEmpty(when);
        report.ReceiptsFound.ShouldBe(receipts.Length, when);
    }

    private static async Task ConsentAsync(DemoWorld world, Citizen[] citizens)
    {
        await using var portal = world.ConnectAs(DemoMembers.Portal);
        await Parallel.ForEachAsync(citizens, Bounded, async (citizen, stop) =>
            await portal.GiveConsentAsync(DemoQueries.Consent(citizen, DemoMembers.TaxService, DemoMembers.TaxDeduction, DemoQueries.DeductionFields), stop));
    }

    // Real transactions where a clone has them; the kills are the same.
    private static (IOrderBook Book, IReadOnlyList<Period> Periods) SomeBook()
    {
        if (Prerequisites.Shared is not { } shared)
        {
            var now = TimeProvider.System.GetUtcNow();
            return (new SampleBook(Seed, now, customers: 400), [Period.YearBefore(Instant.From(now))]);
        }

        var book = OnlineRetailBook.Load(Path.Combine(shared, "data", "online-retail-2010-12.csv"));
        return (book, Period.Covering(Instant.From(book.Rows.Min(row => row.Time)), Instant.From(book.Rows.Max(row => row.Time))));
    }
}
