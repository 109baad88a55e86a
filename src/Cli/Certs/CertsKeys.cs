using System.CommandLine;
using System.Text;

namespace Exchange.Cli.Certs;

/// <summary><c>exchange certs keys</c>: new keys for a node that has some, or lacks some.</summary>
internal sealed class CertsKeys : Verb
{
    private const string Receipt = "receipt";
    private const string Checkpoint = "checkpoint";

    private readonly Option<string> _out = new("--out") { Description = "The folder for the keys; it is made if missing.", Required = true };
    private readonly Option<string> _origin = new("--origin") { Description = "The node's log, as 'origin' in node.yaml: it is part of a checkpoint key's name.", Required = true };
    private readonly Option<string?> _only = new("--only") { Description = "Only the key of receipts, or only those of checkpoints.", HelpName = $"{Receipt}|{Checkpoint}" };
    private readonly Option<bool> _force = new("--force") { Description = "Overwrite keys that are there." };

    internal CertsKeys()
        : base(
            "keys",
            "Makes new keys for a node's receipts and checkpoints; node.yaml says when they take the place of those before.",
            "exchange certs keys --out certs/node-2027 --origin exchange.test/node-1",
            "exchange certs keys --out certs/node --origin exchange.test/node-1 --only checkpoint")
    {
        _only.AcceptOnlyFromAmong(Receipt, Checkpoint);
        foreach (var option in new Option[] { _out, _origin, _only, _force })
        {
            Add(option);
        }
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var (origin, only) = (arguments.GetValue(_origin)!, arguments.GetValue(_only));
        if (origin.Length == 0 || Encoding.UTF8.GetByteCount(origin) > 255 || origin.Any(c => c is <= ' ' or >= '\x7F' or '+'))
        {
            throw new UsageException($"'{origin}' is not a log origin such as exchange.test/node-1: 255 visible ASCII characters at most, no space, no plus sign.");
        }

        WrittenFiles.Report(output, NewFile.WriteAll(
            arguments.GetValue(_out)!,
            arguments.GetValue(_force),
            [.. only == Checkpoint ? [] : NodeFolder.ReceiptFiles(), .. only == Receipt ? [] : NodeFolder.CheckpointFiles(origin)]));
        output.Say("Next, hand out the public halves, then name the private ones under 'keys' in node.yaml and those before, if there were any, under 'keys.former': docs/operators.md, \"Changing keys\".");
        return Task.FromResult(ExitCode.Done);
    }
}
