using System.CommandLine;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Client;
using Exchange.Envelopes;
using Exchange.Vocabulary;

namespace Exchange.Cli.Envelopes;

/// <summary><c>exchange envelope open</c>.</summary>
internal sealed class EnvelopeOpen : Verb
{
    private readonly Argument<string> _file = new("envelope") { Description = "The envelope's file." };
    private readonly Option<string> _client = ClientOption.Create();
    private readonly Option<string> _datasets = new("--datasets")
    {
        Description = "A folder of descriptor sets, by which records are shown.",
        DefaultValueFactory = _ => InstalledDatasets.Folder,
    };

    internal EnvelopeOpen()
        : base(
            "open",
            "Opens an envelope with the member's key, checks its receipt, and shows its records as JSON, one a line.",
            "exchange envelope open 0123456789abcdef0123456789abcdef.envelope --client certs/tax-service/client.yaml")
    {
        Add(_file);
        Add(_client);
        Add(_datasets);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var options = ExchangeClientOptions.Load(arguments.GetValue(_client)!);
        var key = options.EncryptionKey ?? throw new UsageException($"{arguments.GetValue(_client)} names no encryption_key: only members that receive data can open.");
        await using var client = ExchangeClient.Connect(options);
        using var keys = new ReceiptKeys();
        foreach (var receiptKey in options.ReceiptKeys)
        {
            keys.Add(receiptKey);
        }

        var envelope = EnvelopeFile.Read(arguments.GetValue(_file)!);
        var verdict = EnvelopeCheck.Check(envelope, new ReceiptVerifier(), keys.Find);
        if (verdict != EnvelopeVerdict.Sound)
        {
            output.Fail(new DescribedFault(ExitCode.Refused, "RECEIPT_REJECTED", $"The envelope's receipt does not hold: {verdict}. Nothing of it is shown."));
            return ExitCode.Refused;
        }

        using var opener = new EnvelopeOpener(key, client.Member);
        var opened = opener.Open(envelope);
        var text = new RecordText(InstalledDatasets.Load(arguments.GetValue(_datasets)!));
        TransferReport.Write(output, text, opened.Header, opened.Payload.Terms, opened.Payload.Records, opened.Payload.Answers, envelope.Receipt);
        return ExitCode.Done;
    }
}
