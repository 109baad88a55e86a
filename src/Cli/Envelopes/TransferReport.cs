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
                LegalBasis = Spelling.OfPolicy(terms.LegalBasis),
                Withheld = terms.Withheld.Select(field => new { field.Path, Reason = Spelling.OfFormat(field.Reason) }),
                Records = shown,
                Answers = answers.Select(answer => new { answer.Assertion, Verdict = Spelling.OfFormat(answer.Verdict) }),
            });
            return;
        }

        foreach (var record in shown)
        {
            output.Data.WriteLine(record.GetRawText());
        }

        foreach (var answer in answers)
        {
            output.Data.WriteLine(JsonSerializer.Serialize(new { assertion = answer.Assertion, verdict = Spelling.OfFormat(answer.Verdict) }));
        }

        output.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"Transfer {Convert.ToHexStringLower(header.TransferId.Span)}, page {header.PageNumber}{(header.LastPage ? ", the last" : string.Empty)}: {What(records, answers)} of {header.Dataset} from {header.Provider} for {header.Purpose}, on the basis of {Spelling.OfPolicy(terms.LegalBasis)}; entry {receipt.Index} of {receipt.LogOrigin}."));
        foreach (var field in terms.Withheld)
        {
            output.Say($"Withheld: {field.Path} ({Spelling.OfFormat(field.Reason)}).");
        }
    }

    private static string What(IReadOnlyList<ByteString> records, IReadOnlyList<Answer> answers) => answers.Count switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{records.Count} records"),
        1 => "one answer instead of records",
        _ => string.Create(CultureInfo.InvariantCulture, $"{answers.Count} answers instead of records"),
    };
}
