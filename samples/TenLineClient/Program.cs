using Exchange.Client;
using Exchange.Vocabulary;

await using var client = ExchangeClient.Connect(ExchangeClientOptions.Load("client.yaml"));
await foreach (var page in client.FetchPagesAsync(new FetchQuery
{
    Provider = MemberId.Parse("spiffe://exchange.test/market/sample"), Dataset = DatasetId.Parse("purchases.v1"), Purpose = PurposeId.Parse("tax-deduction"),
    Scheme = SubjectScheme.Parse("inn"), Subject = args[0], Fields = ["order_number", "ordered_at", "total", "receipt"],
    From = Instant.From(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), Until = Instant.From(new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)),
}))
{
    await File.WriteAllBytesAsync($"{page.TransferId}.envelope", page.EnvelopeBytes);
}
