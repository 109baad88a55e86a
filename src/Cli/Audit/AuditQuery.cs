using System.CommandLine;
using System.Globalization;
using Exchange.Audit;
using Exchange.Audit.Queries;
using Exchange.Client;
using Exchange.Node;

namespace Exchange.Cli.Audit;

/// <summary><c>exchange audit query</c>: of a log on disk, or of a running node.</summary>
internal sealed class AuditQuery : Verb
{
    private readonly Argument<string?> _data = new("data") { Description = LogPlace.Description + " Left out with --client.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _client = new("--client")
    {
        Description = "Ask the running node instead, with the client.yaml of an auditor or operator. To read the log is itself logged.",
        HelpName = "file",
    };

    private readonly EntryConditions _conditions = new();
    private readonly Option<int> _limit = new("--limit") { Description = "At most so many entries.", DefaultValueFactory = _ => 1000 };

    internal AuditQuery()
        : base(
            "query",
            "Finds entries by what they say. It verifies nothing: 'audit verify' does. The first query of a log on disk makes an index in its data folder, which may be deleted.",
            "exchange audit query data --consumer spiffe://exchange.test/gov/tax --kind REFUSED --from 2026-01-01",
            "exchange audit query data --transfer 00112233445566778899aabbccddeeff --json",
            "exchange audit query --client certs/court/client.yaml --subject inn:000000100164")
    {
        _limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--limit is at least 1.");
            }
        });
        Add(_data);
        Add(_client);
        _conditions.AddTo(this);
        Add(_limit);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var limit = arguments.GetValue(_limit);
        switch (arguments.GetValue(_data), arguments.GetValue(_client))
        {
            case ({ } data, null):
                Show(output, Find(data, arguments, output, cancellation).Take(limit + 1).ToList(), limit);
                return ExitCode.Done;
            case (null, { } file):
                Show(output, await AskAsync(file, arguments, limit + 1, cancellation), limit);
                return ExitCode.Done;
            default:
                throw new UsageException("Name a node's data folder, or a running node with --client; one of the two.");
        }
    }

    private IEnumerable<StoredEntry> Find(string data, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var place = new LogPlace(data);
        var query = _conditions.Read(arguments, place);
        var index = new EntryIndex(place.Reader, NodeFiles.Index(place.Data));
        using (var progress = new Progress(output, "indexed", query.To!.Value - query.From))
        {
            index.Build(query.From, query.To.Value, progress.Add, cancellation);
        }

        return index.Find(query, cancellation);
    }

    private async Task<List<StoredEntry>> AskAsync(string file, ParseResult arguments, int count, CancellationToken cancellation)
    {
        List<StoredEntry> found = [];
        await using var client = AuditClient.Connect(ExchangeClientOptions.Load(file));
        await foreach (var entry in client.QueryAsync(_conditions.Read(arguments), cancellation))
        {
            found.Add(new StoredEntry(entry.Index, entry.Bytes));
            if (found.Count == count)
            {
                break;
            }
        }

        return found;
    }

    private static void Show(Output output, List<StoredEntry> found, int limit)
    {
        ShownEntries.Write(output, found.Take(limit));
        output.Say(found.Count > limit
            ? string.Create(CultureInfo.InvariantCulture, $"The first {limit} entries; there are more. Go on with --from {found[limit].Index}, or say --limit.")
            : string.Create(CultureInfo.InvariantCulture, $"{found.Count} entries."));
    }
}
