using System.Globalization;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Datasets.Purchases.V1;
using Exchange.Samples.Marketplace.Books;
using Exchange.Vocabulary;

namespace Exchange.Cli.Demo.Story;

/// <summary>
/// The story of a citizen's purchases: consent, a deduction (S3), a prefilled form (S9), an over-ask that is clamped, and the
/// refusals. What should happen stands here, and is compared with what did.
/// </summary>
internal sealed class DemoStory(DemoWorld world, SampleBook book, StoryTeller teller, Instant now)
{
    private const string TaxService = "tax service";
    private const string Portal = "portal";

    private readonly Citizen _citizen = new(book.Customers[0]);
    private readonly Citizen _silent = new(book.Customers[1]);
    private readonly Period _year = Period.YearBefore(now);

    /// <summary>The envelopes that were received, for the proof.</summary>
    internal List<FetchedPage> Pages { get; } = [];

    /// <summary>Receipts of refusals and consents, for the proof.</summary>
    internal List<Format.V1.Receipt> Receipts { get; } = [];

    /// <summary>What still works when the story is over: the form's consent stands.</summary>
    internal FetchQuery LastQuery => DemoQueries.ForForm(_citizen, _year);

    internal async Task TellAsync(CancellationToken cancellation)
    {
        await using var taxService = world.ConnectAs(DemoMembers.TaxService);
        await using var portal = world.ConnectAs(DemoMembers.Portal);
        await using var stranger = world.ConnectAs(DemoMembers.Stranger);

        teller.Chapter("A citizen consents, and the data flows");
        var consent = await GiveAsync(portal, DemoMembers.TaxService, DemoMembers.TaxDeduction, DemoQueries.DeductionFields, "for a tax deduction", cancellation);
        await GiveAsync(portal, DemoMembers.Portal, DemoMembers.FormPrefill, DemoQueries.FormFields, "for a form of the portal", cancellation);
        await DeductAsync(taxService, cancellation);
        await PrefillAsync(portal, cancellation);
        await AskTooMuchAsync(taxService, cancellation);
        teller.EndChapter();

        teller.Chapter("What must not flow is refused, and the refusal is on record");
        await RefuseAsync(TaxService, "asks for another's purpose, form-prefill", "RULE_MISSING", () => taxService.FetchAsync(DemoQueries.ForForm(_citizen, _year), cancellation));
        await RefuseStrangerAsync(stranger, cancellation);
        await RefuseAsync(TaxService, "asks about a citizen who gave no consent", "SUBJECT_NOT_AVAILABLE", () => taxService.FetchAsync(DemoQueries.ForDeduction(_silent, _year), cancellation));
        await WithdrawAsync(portal, consent, cancellation);
        await RefuseAsync(TaxService, "asks again about the first citizen", "SUBJECT_NOT_AVAILABLE", () => taxService.FetchAsync(DemoQueries.ForDeduction(_citizen, _year), cancellation));
        teller.EndChapter();
        teller.Say("The last two look alike from outside: a consumer does not learn whether a citizen is unknown, silent or has withdrawn.");
    }

    private async Task<ConsentId> GiveAsync(
        ExchangeClient portal, MemberId consumer, PurposeId purpose, IReadOnlyList<string> fields, string what, CancellationToken cancellation)
    {
        var given = await portal.GiveConsentAsync(DemoQueries.Consent(_citizen, consumer, purpose, fields), cancellation);
        Receipts.Add(given.Receipt);
        teller.Tell(new StoryLine("citizen, at the portal", $"consents {what}", $"consent {Short(given.Id.ToString())}, revision {given.Revision}", given.Receipt.Index, given.Revision == 1));
        return given.Id;
    }

    private async Task DeductAsync(ExchangeClient taxService, CancellationToken cancellation)
    {
        var orders = await FetchAsync(taxService, DemoQueries.ForDeduction(_citizen, _year), cancellation);
        var expected = book.Read(new OrderQuery(_citizen.Customer, _year.From.Microseconds, _year.Until.Microseconds, int.MaxValue, After: null)).Orders;
        var asTold = orders.Select(order => (order.OrderNumber, order.Total)).SequenceEqual(expected.Select(order => (order.OrderNumber, order.Total)))
            && orders.TrueForAll(order => order.Receipt is not null && order.Buyer is null && order.Delivery is null && order.CustomerId.Length == 0);
        var sum = orders.Where(order => !order.Cancelled).Sum(order => order.Total.MinorUnits);
        teller.Tell(new StoryLine(
            TaxService,
            $"asks for a year of purchases of INN {_citizen.Inn}",
            string.Create(CultureInfo.InvariantCulture, $"{orders.Count} orders with fiscal receipts, {orders.Count(order => order.Cancelled)} cancelled, {sum / 100m:N2} RUB to count; no name, no address"),
            Pages[^1].Receipt.Index,
            asTold));
    }

    private async Task PrefillAsync(ExchangeClient portal, CancellationToken cancellation)
    {
        var orders = await FetchAsync(portal, DemoQueries.ForForm(_citizen, _year), cancellation);
        var newest = orders[^1];
        var asTold = newest.Buyer is { LastName.Length: > 0, Phone.Length: 0, Email.Length: 0 }
            && newest.Delivery is { ZipCode.Length: > 0, FullAddress.Length: 0 }
            && newest.Total is null && newest.Items.Count == 0;
        teller.Tell(new StoryLine(
            Portal,
            "prefills a form",
            $"{newest.Buyer?.LastName} {newest.Buyer?.FirstName} {newest.Buyer?.MiddleName}, {newest.Delivery?.ZipCode} {newest.Delivery?.RegionName}; no purchase, no phone",
            Pages[^1].Receipt.Index,
            asTold));
    }

    private async Task AskTooMuchAsync(ExchangeClient taxService, CancellationToken cancellation)
    {
        var query = DemoQueries.ForDeduction(_citizen, _year) with { Fields = [.. DemoQueries.DeductionFields, "buyer.phone", "delivery.full_address"] };
        var orders = await FetchAsync(taxService, query, cancellation);
        var withheld = Pages[^1].Terms.Withheld.Select(field => $"{field.Path} ({Why(field.Reason)})").ToArray();
        teller.Tell(new StoryLine(
            TaxService,
            "asks for phone and address as well",
            $"{orders.Count} orders without them; withheld: {string.Join(", ", withheld)}",
            Pages[^1].Receipt.Index,
            withheld.Length == 2 && orders.TrueForAll(order => order.Buyer is null && order.Delivery is null)));
    }

    private async Task WithdrawAsync(ExchangeClient portal, ConsentId consent, CancellationToken cancellation)
    {
        var withdrawn = await portal.WithdrawConsentAsync(consent, cancellation);
        Receipts.Add(withdrawn.Receipt);
        teller.Tell(new StoryLine("citizen, at the portal", "withdraws the consent for the deduction", "withdrawn at once", withdrawn.Receipt.Index, withdrawn.Id == consent));
    }

    private async Task RefuseAsync(string who, string does, string reason, Func<Task> ask)
    {
        var refusal = await Refusal.OfAsync(ask);
        if (refusal?.Receipt is { } receipt)
        {
            Receipts.Add(receipt);
        }

        teller.Tell(new StoryLine(who, does, Happened(refusal), refusal?.Receipt?.Index, refusal?.Reason == reason && refusal.Receipt is not null));
    }

    // A member that no registry names has no entry of its own; strangers are counted together.
    private async Task RefuseStrangerAsync(ExchangeClient stranger, CancellationToken cancellation)
    {
        var refusal = await Refusal.OfAsync(() => stranger.FetchAsync(DemoQueries.ForDeduction(_citizen, _year), cancellation));
        teller.Tell(new StoryLine(
            "a stranger",
            "asks with a sound certificate that no registry names",
            Happened(refusal),
            refusal?.Receipt?.Index,
            refusal is { Reason: "MEMBER_UNKNOWN", Status: CallStatus.Unauthenticated }));
    }

    private async Task<List<Order>> FetchAsync(ExchangeClient client, FetchQuery query, CancellationToken cancellation)
    {
        List<Order> orders = [];
        await foreach (var page in client.FetchPagesAsync(query, cancellation))
        {
            Pages.Add(page);
            orders.AddRange(page.Records.Select(Order.Parser.ParseFrom));
        }

        return orders;
    }

    private static string Happened(ExchangeRefusedException? refusal) =>
        refusal is null ? "it was answered" : $"refused: {refusal.Reason}";

    private static string Why(Format.V1.WithheldReason reason) => reason switch
    {
        Format.V1.WithheldReason.NotInPolicy => "not in the policy",
        Format.V1.WithheldReason.NotInConsent => "not in the consent",
        Format.V1.WithheldReason.ForeignIdentifier => "the other side's name",
        _ => $"{reason}",
    };

    private static string Short(string id) => id[..8];
}
