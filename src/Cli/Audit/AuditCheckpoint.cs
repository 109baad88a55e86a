using System.CommandLine;
using System.Globalization;
using System.Text;
using Exchange.Client;

namespace Exchange.Cli.Audit;

/// <summary><c>exchange audit checkpoint</c>: of a running node, as a member.</summary>
internal sealed class AuditCheckpoint : Verb
{
    private readonly Option<string> _client = ClientOption.Create();
    private readonly Option<bool> _sign = new("--sign") { Description = "Have the node sign one over everything that it has acknowledged; for auditors and operators." };

    internal AuditCheckpoint()
        : base(
            "checkpoint",
            "Fetches a running node's newest checkpoint, checks it under the pinned keys and against the largest that was seen before, and writes it as it was signed.",
            "exchange audit checkpoint --client certs/court/client.yaml",
            "exchange audit checkpoint --client certs/court/client.yaml --sign")
    {
        Add(_client);
        Add(_sign);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        await using var client = AuditClient.Connect(ExchangeClientOptions.Load(arguments.GetValue(_client)!));
        var (note, checkpoint) = await client.GetNoteAsync(arguments.GetValue(_sign), cancellation);
        var text = Encoding.UTF8.GetString(note.Span);
        if (output.IsJson)
        {
            output.WriteJson(new { checkpoint.Origin, checkpoint.Size, Root = checkpoint.Root.ToString(), Note = text });
        }
        else
        {
            await output.Data.WriteAsync(text);
        }

        output.Say(string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Origin} has {checkpoint.Size} entries; the checkpoint continues the largest that was seen before."));
        return ExitCode.Done;
    }
}
