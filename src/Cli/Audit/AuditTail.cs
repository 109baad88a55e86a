using System.CommandLine;
using System.Globalization;
using Exchange.Audit.Reading;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Cli.Audit;

/// <summary><c>exchange audit tail</c>.</summary>
internal sealed class AuditTail : Verb
{
    private readonly Argument<string> _log = new("log") { Description = LogPlace.Description };
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
        var entries = Last(arguments.GetValue(_log)!, arguments.GetValue(_count));
        if (output.IsJson)
        {
            foreach (var entry in entries)
            {
                output.WriteJson(Facts(entry));
            }

            return Task.FromResult(ExitCode.Done);
        }

        var table = Output.Table("entry", "time", "kind", "what", "consumer", "provider", "dataset", "purpose", "transfer");
        foreach (var entry in entries)
        {
            table.AddTextRow(
                entry.Index.ToString(CultureInfo.InvariantCulture),
                new Instant(entry.Time).ToString(),
                Spelling.OfFormat(entry.Kind),
                What(entry),
                Short(entry.Consumer),
                Short(entry.Provider),
                entry.Dataset,
                entry.Purpose,
                Convert.ToHexStringLower(entry.TransferId.Span));
        }

        output.Write(table);
        return Task.FromResult(ExitCode.Done);
    }

    private static List<AuditEntry> Last(string folder, int count)
    {
        var log = new LogPlace(folder).Reader;
        var size = log.Size;
        var kept = Math.Min((ulong)count, size - log.FirstIndex);
        List<AuditEntry> last = [];
        using var entries = log.Entries(size - kept, size);
        while (entries.MoveNext())
        {
            last.Add(AuditEntry.Parser.ParseFrom(entries.Current));
        }

        return last;
    }

    private static object Facts(AuditEntry entry) => new
    {
        entry.Index,
        Time = new Instant(entry.Time).ToString(),
        Kind = Spelling.OfFormat(entry.Kind),
        Outcome = Outcome(entry),
        Consumer = Text(entry.Consumer),
        Provider = Text(entry.Provider),
        Dataset = Text(entry.Dataset),
        Purpose = Text(entry.Purpose),
        Actor = Text(entry.Actor),
        TransferId = Convert.ToHexStringLower(entry.TransferId.Span),
        LegalBasis = entry.LegalBasis == Format.V1.LegalBasis.Unspecified ? null : Spelling.OfPolicy(entry.LegalBasis),
        FieldsAsked = Hex(entry.FieldsAsked),
        FieldsReleased = Hex(entry.FieldsReleased),
        entry.Assertions,
        DescriptorDigest = Hex(entry.DescriptorDigest),
        PolicyDigest = Hex(entry.PolicyDigest),
        RegistryDigest = Hex(entry.RegistryDigest),
        ObjectDigest = Hex(entry.ObjectDigest),
        PreviousDigest = Hex(entry.PreviousDigest),
        ChangeDigest = Hex(entry.ChangeDigest),
        RulesWidened = entry.Kind == EntryKind.PolicyChanged ? entry.RulesWidened : (uint?)null,
        RulesNarrowed = entry.Kind == EntryKind.PolicyChanged ? entry.RulesNarrowed : (uint?)null,
        Count = entry.Count == 0 ? (ulong?)null : entry.Count,
        Since = entry.Since == 0 ? null : new Instant(entry.Since).ToString(),
    };

    // What an entry does not have is left out.
    private static string? Text(string value) => value.Length == 0 ? null : value;

    private static string? Hex(ByteString bytes) => bytes.IsEmpty ? null : Convert.ToHexStringLower(bytes.Span);

    // A change has no outcome, and says what came in force; a count has no transfer to look up.
    private static string What(AuditEntry entry) => entry.Kind switch
    {
        EntryKind.PolicyChanged => string.Create(CultureInfo.InvariantCulture, $"policy {Beginning(entry.PolicyDigest)}, widened {entry.RulesWidened}, narrowed {entry.RulesNarrowed}"),
        EntryKind.RegistryChanged => $"registry {Beginning(entry.RegistryDigest)}",
        _ when entry.Count > 0 => string.Create(CultureInfo.InvariantCulture, $"{Outcome(entry)}, {entry.Count} times"),
        _ => entry.Outcome == 0 ? string.Empty : Outcome(entry),
    };

    private static string Beginning(ByteString digest) => Convert.ToHexStringLower(digest.Span[..Math.Min(4, digest.Length)]);

    private static string Outcome(AuditEntry entry) => Enum.IsDefined((ErrorCode)entry.Outcome)
        ? ErrorCatalogue.Of((ErrorCode)entry.Outcome).Reason
        : entry.Outcome.ToString(CultureInfo.InvariantCulture);

    // The instance's name is the same in every row.
    private static string Short(string member) => member.Split('/', 4) is [_, _, _, var name] ? name : member;
}
