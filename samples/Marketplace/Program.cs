using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Exchange.Samples.Marketplace;
using Exchange.Samples.Marketplace.Books;

if (args is not [var folder, .. var rest] || rest.Length > 1)
{
    await Console.Error.WriteLineAsync("""
        Serves sample orders to a node at https://127.0.0.1:9443, or real ones from a CSV file, until Ctrl+C.
        Usage: sample-marketplace <folder with cert.pem, cert-key.pem and the anchor.pem one folder above> [orders.csv]
        Example: dotnet run --project samples/Marketplace -- certs-dev/certs/marketplace
        """);
    return 2;
}

await using var marketplace = await MarketplaceHost.StartAsync(new MarketplaceOptions
{
    Book = rest is [var csv] ? OnlineRetailBook.Load(csv) : new SampleBook(seed: 1, TimeProvider.System.GetUtcNow()),
    Certificate = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "cert.pem"), Path.Combine(folder, "cert-key.pem")),
    Anchor = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "..", "anchor.pem")),
    NodeId = "spiffe://exchange.test/ops/node-1",
    Port = 9443,
});
var end = new TaskCompletionSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = end.TrySetResult());
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = end.TrySetResult());
Console.WriteLine($"Serving {marketplace.Endpoint}; customers from 1001 up. Ctrl+C ends it.");
await end.Task;
return 0;
