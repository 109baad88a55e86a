using System.CommandLine;
using Exchange.Audit;
using Exchange.Audit.Queries;
using Exchange.Node;

namespace Exchange.Cli.Audit;

/// <summary><c>exchange audit tail</c>.</summary>
internal sealed class AuditTail : Verb
{
    private readonly Argument<string> _log = new("log") { Description = LogPlace.Description };
    private readonly EntryConditions _conditions = new();
    private readonly Option<int> _count = new("--count", "-n") { Description = "How many entries.", DefaultValueFactory = _ => 20 };

    internal AuditTail()
        : base(
            "tail",
            "Shows a log's last entries as they stand on disk. It verifies nothing: 'audit verify' does.",
            "exchange audit tail data/log --count 50",
            "exchange audit tail data --kind POLICY_CHANGED")
    {
        _count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--count is at least 1.");
            }
        });
        Add(_log);
        _conditions.AddTo(this);
        Add(_count);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var place = new LogPlace(arguments.GetValue(_log)!);
        var count = arguments.GetValue(_count);
        ShownEntries.Write(output, _conditions.Any(arguments)
            ? new EntryIndex(place.Reader, NodeFiles.Index(place.Data)).Find(_conditions.Read(arguments, place), cancellation).TakeLast(count)
            : Last(place, count));
        return Task.FromResult(ExitCode.Done);
    }

    private static IEnumerable<StoredEntry> Last(LogPlace place, int count) => place.Reader.Backwards(place.Reader.Size).Take(count).Reverse();
}
