using System.CommandLine;
using System.Globalization;
using Exchange.Audit.Queries;
using Exchange.Node;

namespace Exchange.Cli.Audit;

/// <summary><c>exchange audit query</c>.</summary>
internal sealed class AuditQuery : Verb
{
    private readonly Argument<string> _data = new("data") { Description = LogPlace.Description };
    private readonly EntryConditions _conditions = new();
    private readonly Option<int> _limit = new("--limit") { Description = "At most so many entries.", DefaultValueFactory = _ => 1000 };

    internal AuditQuery()
        : base(
            "query",
            "Finds entries by what they say. It verifies nothing: 'audit verify' does. The first query of a log makes an index in its data folder, which may be deleted.",
            "exchange audit query data --consumer spiffe://exchange.test/gov/tax --kind REFUSED --from 2026-01-01",
            "exchange audit query data --transfer 00112233445566778899aabbccddeeff --json")
    {
        _limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--limit is at least 1.");
            }
        });
        Add(_data);
        _conditions.AddTo(this);
        Add(_limit);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var place = new LogPlace(arguments.GetValue(_data)!);
        var query = _conditions.Read(arguments, place);
        var limit = arguments.GetValue(_limit);
        var index = new EntryIndex(place.Reader, NodeFiles.Index(place.Data));
        using (var progress = new Progress(output, "indexed", query.To!.Value - query.From))
        {
            index.Build(query.From, query.To.Value, progress.Add, cancellation);
        }

        var found = index.Find(query, cancellation).Take(limit + 1).ToList();
        ShownEntries.Write(output, found.Take(limit));
        output.Say(found.Count > limit
            ? string.Create(CultureInfo.InvariantCulture, $"The first {limit} entries; there are more. Go on with --from {found[limit].Index}, or say --limit.")
            : string.Create(CultureInfo.InvariantCulture, $"{found.Count} of the entries {query.From} to {query.To}."));
        return Task.FromResult(ExitCode.Done);
    }
}
