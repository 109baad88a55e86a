using System.CommandLine;
using System.Globalization;
using Exchange.Cli.Envelopes;
using Exchange.Client;
using Exchange.Vocabulary;

namespace Exchange.Cli.Transfers;

/// <summary><c>exchange fetch</c>.</summary>
internal sealed class Fetch : Verb
{
    private readonly Option<string> _client = ClientOption.Create();
    private readonly Option<MemberId> _provider = NamedOption.Member("--provider", "Who holds the data.");
    private readonly Option<DatasetId> _dataset = NamedOption.Dataset("--dataset", "Which data.");
    private readonly Option<PurposeId> _purpose = NamedOption.Purpose("--purpose", "What for.");
    private readonly Option<SubjectName[]> _subject = SubjectName.Option("Whom it is about; left out for statistics.", required: false);
    private readonly Option<string[]> _fields = new("--field") { Description = "A field of the dataset, or a parent of several; repeatable." };
    private readonly Option<string[]> _assertions = new("--assertion") { Description = "Instead of fields: a yes or no that the rule offers, by name; repeatable." };
    private readonly Option<Instant?> _from = NamedOption.Time("--from", "Records from then on.");
    private readonly Option<Instant?> _until = NamedOption.Time("--until", "Records before then.");
    private readonly Option<bool> _strict = new("--strict") { Description = "Be refused rather than receive less than was asked." };
    private readonly Option<int> _pageSize = new("--page-size") { Description = "Records a page; the node's default otherwise." };
    private readonly Option<string?> _out = new("--out") { Description = "A folder for the envelopes, which are the evidence." };

    internal Fetch()
        : base(
            "fetch",
            "Fetches a citizen's records through the node, page by page, or answers about them, or statistics, and shows them as JSON, one a line.",
            "exchange fetch --client certs/tax-service/client.yaml --provider spiffe://exchange.test/market/sample --dataset purchases.v1 --purpose tax-deduction --subject inn:000000100164 --field total --field receipt --from 2026-01-01 --until 2027-01-01 --out envelopes")
    {
        foreach (var option in new Option[] { _client, _provider, _dataset, _purpose, _subject, _fields, _assertions, _from, _until, _strict, _pageSize, _out })
        {
            Add(option);
        }
    }

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var subjects = arguments.GetValue(_subject) ?? [];
        if (subjects.Length > 1)
        {
            throw new UsageException("A fetch is about one subject, or about nobody: say --subject once, or not at all.");
        }

        var (fields, assertions) = (arguments.GetValue(_fields) ?? [], arguments.GetValue(_assertions) ?? []);
        if ((fields.Length > 0) == (assertions.Length > 0))
        {
            throw new UsageException("Say what to fetch: --field or --assertion, at least once, and not both.");
        }

        var query = new FetchQuery
        {
            Provider = arguments.GetValue(_provider),
            Dataset = arguments.GetValue(_dataset),
            Purpose = arguments.GetValue(_purpose),
            Scheme = subjects is [{ Scheme: var scheme }] ? scheme : null,
            Subject = subjects is [{ Value: var subject }] ? subject : null,
            Fields = fields,
            Assertions = assertions,
            From = arguments.GetValue(_from),
            Until = arguments.GetValue(_until),
            Strict = arguments.GetValue(_strict),
            PageSize = arguments.GetValue(_pageSize),
        };
        var text = new RecordText(InstalledDatasets.Load(InstalledDatasets.Folder));
        await using var client = ExchangeClient.Connect(ExchangeClientOptions.Load(arguments.GetValue(_client)!));
        await foreach (var page in client.FetchPagesAsync(query, cancellation))
        {
            Keep(page, arguments.GetValue(_out), output);
            TransferReport.Write(output, text, page.Header, page.Terms, page.Records, page.Answers, page.Receipt);
        }

        return ExitCode.Done;
    }

    private static void Keep(FetchedPage page, string? folder, Output output)
    {
        if (folder is null)
        {
            return;
        }

        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, page.TransferId + EnvelopeFile.Extension);
        File.WriteAllBytes(path, page.EnvelopeBytes);
        output.Say(string.Create(CultureInfo.InvariantCulture, $"Kept {path}, {page.EnvelopeBytes.Length} bytes."));
    }
}
