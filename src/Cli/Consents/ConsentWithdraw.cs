using System.CommandLine;
using Exchange.Client;
using Exchange.Vocabulary;

namespace Exchange.Cli.Consents;

/// <summary><c>exchange consent withdraw</c>.</summary>
internal sealed class ConsentWithdraw : Verb
{
    private readonly Option<string> _client = ClientOption.Create();
    private readonly Option<ConsentId> _consent = NamedOption.Consent("--consent", "The number that 'consent give' wrote.");

    internal ConsentWithdraw()
        : base(
            "withdraw",
            "Withdraws a consent, as any consent manager who may speak for its provider, dataset and consumer. When it ends, nothing more is released.",
            "exchange consent withdraw --client certs/portal/client.yaml --consent 0123456789abcdef0123456789abcdef")
    {
        Add(_client);
        Add(_consent);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        await using var client = ExchangeClient.Connect(ExchangeClientOptions.Load(arguments.GetValue(_client)!));
        ConsentReport.Write(output, await client.WithdrawConsentAsync(arguments.GetValue(_consent), cancellation));
        output.Say("Withdrawn: no release follows.");
        return ExitCode.Done;
    }
}
