using System.CommandLine;
using System.Globalization;
using Exchange.Client;

namespace Exchange.Cli.Audit;

/// <summary><c>exchange audit download</c>: an export over the network, as an auditor or operator.</summary>
internal sealed class AuditDownload : Verb
{
    private readonly Option<string> _client = ClientOption.Create();
    private readonly Option<string> _to = new("--to") { Description = "The folder to write into; an export that was interrupted goes on in it.", HelpName = "folder", Required = true };
    private readonly Option<ulong> _from = new("--from") { Description = "The index of the first entry.", HelpName = "index" };
    private readonly Option<ulong> _until = new("--until") { Description = "The index after the last entry. Without it, the checkpoint's end.", HelpName = "index" };
    private readonly Option<bool> _linkage = new("--linkage") { Description = "With the keys that tell which entries are of one consent; for auditors." };

    internal AuditDownload()
        : base(
            "download",
            "Exports a running node's log, or a part of it, over the network, in a form that strangers can verify. To read the log is itself logged.",
            "exchange audit download --client certs/court/client.yaml --to export",
            "exchange audit download --client certs/court/client.yaml --to export --from 0 --until 70000 --linkage")
    {
        foreach (var option in new Option[] { _client, _to, _from, _until, _linkage })
        {
            Add(option);
        }
    }

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var range = new LogExportRange { FirstIndex = arguments.GetValue(_from), EndIndex = arguments.GetValue(_until), Linkage = arguments.GetValue(_linkage) };
        if (range.EndIndex > 0 && range.FirstIndex >= range.EndIndex)
        {
            throw new UsageException($"--from {range.FirstIndex} is not before --until {range.EndIndex}: there is nothing between them.");
        }

        var to = arguments.GetValue(_to)!;
        await using var client = AuditClient.Connect(ExchangeClientOptions.Load(arguments.GetValue(_client)!));
        var result = await client.ExportAsync(range, to, progress: null, cancellation);
        if (output.IsJson)
        {
            output.WriteJson(new { result.CheckpointSize, FilesWritten = result.Files, BytesWritten = result.Bytes, Folder = to });
        }

        output.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"Exported into {to}, as of the checkpoint of {result.CheckpointSize} entries, whose signatures hold: {result.Files} files, {result.Bytes} bytes. 'exchange-verify' tells whether the entries do."));
        return ExitCode.Done;
    }
}
