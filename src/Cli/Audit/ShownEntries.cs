using System.Buffers;
using System.Globalization;
using System.Text;
using Exchange.Audit;
using Exchange.Audit.Export.Lines;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Cli.Audit;

/// <summary>Shows entries as they stand in the log: a table for people, with <c>--json</c> a line of JSON Lines each, as 'audit export' writes them.</summary>
internal static class ShownEntries
{
    internal static void Write(Output output, IEnumerable<StoredEntry> entries)
    {
        if (output.IsJson)
        {
            WriteLines(output, entries);
            return;
        }

        var table = Output.Table("entry", "time", "kind", "what", "consumer", "provider", "dataset", "purpose", "transfer");
        foreach (var stored in entries)
        {
            var entry = AuditEntry.Parser.ParseFrom(stored.Bytes.Span);
            table.AddTextRow(
                stored.Index.ToString(CultureInfo.InvariantCulture),
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
    }

    private static void WriteLines(Output output, IEnumerable<StoredEntry> entries)
    {
        var (format, line) = (new JsonLineFormat(), new ArrayBufferWriter<byte>());
        foreach (var entry in entries)
        {
            line.ResetWrittenCount();
            format.WriteLine(entry.Index, entry.Bytes.Span, line);
            output.Data.Write(Encoding.UTF8.GetString(line.WrittenSpan));
        }

        output.Data.Flush();
    }

    // A change has no outcome, and says what came in force; a reading who read what; a count has no transfer to look up.
    private static string What(AuditEntry entry) => entry.Kind switch
    {
        EntryKind.PolicyChanged => string.Create(CultureInfo.InvariantCulture, $"policy {Beginning(entry.PolicyDigest)}, widened {entry.RulesWidened}, narrowed {entry.RulesNarrowed}"),
        EntryKind.RegistryChanged => $"registry {Beginning(entry.RegistryDigest)}",
        EntryKind.LogRead => string.Create(CultureInfo.InvariantCulture, $"{entry.ReadAs} by {Short(entry.Actor)}, {entry.ReadFrom} to {entry.ReadTo}, {entry.Count} entries"),
        EntryKind.KeyChanged => $"{entry.KeyUse} {Beginning(entry.ChangeDigest)}",
        EntryKind.EntriesRemoved => string.Create(CultureInfo.InvariantCulture, $"below {entry.MinimumIndex}"),
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
