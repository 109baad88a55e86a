using System.CommandLine;
using System.Globalization;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Cli.Audit;

/// <summary><c>exchange audit tail</c>.</summary>
internal sealed class AuditTail : Verb
{
    private readonly Argument<string> _log = new("log") { Description = "The log's folder." };
    private readonly Option<int> _count = new("--count", "-n") { Description = "How many entries.", DefaultValueFactory = _ => 20 };

    internal AuditTail()
        : base(
            "tail",
            "Shows a log's last entries as they stand on disk. It verifies nothing: 'audit verify' does.",
            "exchange audit tail data/log --count 50")
    {
        _count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--count is at least 1.");
            }
        });
        Add(_log);
        Add(_count);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var entries = LogEntries.Last(arguments.GetValue(_log)!, arguments.GetValue(_count)).Select(placed => placed.Entry);
        if (output.IsJson)
        {
            foreach (var entry in entries)
            {
                output.WriteJson(Facts(entry));
            }

            return Task.FromResult(ExitCode.Done);
        }

        var table = Output.Table("entry", "time", "kind", "outcome", "consumer", "provider", "dataset", "purpose", "transfer");
        foreach (var entry in entries)
        {
            table.AddTextRow(
                entry.Index.ToString(CultureInfo.InvariantCulture),
                new Instant(entry.Time).ToString(),
                $"{entry.Kind}",
                Outcome(entry),
                Short(entry.Consumer),
                Short(entry.Provider),
                entry.Dataset,
                entry.Purpose,
                Convert.ToHexStringLower(entry.TransferId.Span));
        }

        output.Write(table);
        return Task.FromResult(ExitCode.Done);
    }

    private static object Facts(AuditEntry entry) => new
    {
        entry.Index,
        Time = new Instant(entry.Time).ToString(),
        Kind = entry.Kind,
        Outcome = Outcome(entry),
        entry.Consumer,
        entry.Provider,
        entry.Dataset,
        entry.Purpose,
        entry.Actor,
        TransferId = Convert.ToHexStringLower(entry.TransferId.Span),
        PolicyDigest = Convert.ToHexStringLower(entry.PolicyDigest.Span),
    };

    private static string Outcome(AuditEntry entry) => Enum.IsDefined((ErrorCode)entry.Outcome)
        ? ErrorCatalogue.Of((ErrorCode)entry.Outcome).Reason
        : entry.Outcome.ToString(CultureInfo.InvariantCulture);

    // The instance's name is the same in every row.
    private static string Short(string member) => member.Split('/', 4) is [_, _, _, var name] ? name : member;
}
