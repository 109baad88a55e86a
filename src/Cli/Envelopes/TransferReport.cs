using System.Text.Json;
using System.Globalization;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Cli.Envelopes;

/// <summary>An opened envelope as data: on which terms it came, and its records.</summary>
internal static class TransferReport
{
    internal static void Write(Output output, RecordText text, TransferHeader header, Terms terms, IReadOnlyList<ByteString> records, IReadOnlyList<Answer> answers, Receipt receipt)
    {
        var shown = records.Select(record => text.Read(header.Dataset, record)).ToArray();
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                Transfer = Convert.ToHexStringLower(header.TransferId.Span),
                header.Provider,
                header.Consumer,
                header.Dataset,
                header.Purpose,
                IssueTime = new Instant(header.IssueTime).ToString(),
                Page = header.PageNumber,
                header.LastPage,
                Entry = receipt.Index,
                LegalBasis = terms.LegalBasis,
                Withheld = terms.Withheld.Select(field => new { field.Path, field.Reason }),
                Records = shown,
                Answers = answers.Select(answer => new { answer.Assertion, answer.Verdict }),
            });
            return;
        }

        foreach (var record in shown)
        {
            output.Data.WriteLine(record.GetRawText());
        }

        foreach (var answer in answers)
        {
            output.Data.WriteLine(JsonSerializer.Serialize(new { assertion = answer.Assertion, verdict = Name(answer.Verdict) }));
        }

        output.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"Transfer {Convert.ToHexStringLower(header.TransferId.Span)}, page {header.PageNumber}{(header.LastPage ? ", the last" : string.Empty)}: {What(records, answers)} of {header.Dataset} from {header.Provider} for {header.Purpose}, on the basis of {Name(terms.LegalBasis)}; entry {receipt.Index} of {receipt.LogOrigin}."));
        foreach (var field in terms.Withheld)
        {
            output.Say($"Withheld: {field.Path} ({Name(field.Reason)}).");
        }
    }

    private static string What(IReadOnlyList<ByteString> records, IReadOnlyList<Answer> answers) => answers.Count switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{records.Count} records"),
        1 => "one answer instead of records",
        _ => string.Create(CultureInfo.InvariantCulture, $"{answers.Count} answers instead of records"),
    };

    /// <summary>An enumeration's value as the format and the documents spell it.</summary>
    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());
}
