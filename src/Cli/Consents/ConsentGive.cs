using System.CommandLine;
using Exchange.Client;
using Exchange.Vocabulary;

namespace Exchange.Cli.Consents;

/// <summary><c>exchange consent give</c>.</summary>
internal sealed class ConsentGive : Verb
{
    private readonly Option<string> _client = ClientOption.Create();
    private readonly Option<MemberId> _provider = NamedOption.Member("--provider", "Who holds the data.");
    private readonly Option<MemberId> _consumer = NamedOption.Member("--consumer", "Who may have it.");
    private readonly Option<DatasetId> _dataset = NamedOption.Dataset("--dataset", "Which data.");
    private readonly Option<PurposeId> _purpose = NamedOption.Purpose("--purpose", "What for.");
    private readonly Option<SubjectName[]> _subject = SubjectName.Option("The citizen, once for each side that names them; repeatable.");
    private readonly Option<string[]> _fields = new("--field") { Description = "A field of the dataset, or a parent of several; repeatable." };
    private readonly Option<string[]> _assertions = new("--assertion") { Description = "A yes or no that the rule offers, by name; repeatable. Fields do not cover it." };
    private readonly Option<Instant?> _from = NamedOption.Time("--from", "When it begins; now otherwise.");
    private readonly Option<Instant?> _until = NamedOption.Time("--until", "When it ends; when it is withdrawn otherwise.");

    internal ConsentGive()
        : base(
            "give",
            "Gives a citizen's consent, as a consent manager; a second time, a new revision of it.",
            "exchange consent give --client certs/portal/client.yaml --provider spiffe://exchange.test/market/sample --consumer spiffe://exchange.test/gov/tax-service --dataset purchases.v1 --purpose tax-deduction --subject inn:000000100164 --subject customer:1001 --field total --field receipt --until 2027-01-01")
    {
        foreach (var option in new Option[] { _client, _provider, _consumer, _dataset, _purpose, _subject, _fields, _assertions, _from, _until })
        {
            Add(option);
        }
    }

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        Dictionary<SubjectScheme, string> subject = [];
        foreach (var name in arguments.GetValue(_subject)!)
        {
            if (!subject.TryAdd(name.Scheme, name.Value))
            {
                throw new UsageException($"The subject is named twice in the scheme '{name.Scheme}'; one name a scheme.");
            }
        }

        await using var client = ExchangeClient.Connect(ExchangeClientOptions.Load(arguments.GetValue(_client)!));
        var given = await client.GiveConsentAsync(
            new ConsentTerms
            {
                Provider = arguments.GetValue(_provider),
                Consumer = arguments.GetValue(_consumer),
                Dataset = arguments.GetValue(_dataset),
                Purpose = arguments.GetValue(_purpose),
                Subject = subject,
                Fields = arguments.GetValue(_fields) ?? [],
                Assertions = arguments.GetValue(_assertions) ?? [],
                ValidFrom = arguments.GetValue(_from),
                Expire = arguments.GetValue(_until),
            },
            cancellation);
        ConsentReport.Write(output, given);
        output.Say("Given, and on record; withdraw it with 'exchange consent withdraw --consent' and this number.");
        return ExitCode.Done;
    }
}
