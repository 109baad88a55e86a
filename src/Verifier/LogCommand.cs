using System.CommandLine;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Verification;

namespace Exchange.Verifier;

/// <summary><c>exchange-verify log</c>.</summary>
internal static class LogCommand
{
    private static readonly Argument<string> PlaceArgument = new("log")
    {
        Description = "A folder that was exported; the address of a published log, http://host:port/log/; a node's data directory or its folder of segments, in use or not; one segment file.",
    };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "Report as one line of JSON." };

    private static readonly LogOptions Options = new();

    internal static Command Create()
    {
        var command = new Command("log", """
            Verifies an audit log: entries, chain of hashes, times, trees, the signature over each group commit, checkpoints, and that the policies which
            entries name are there. Keys must come from elsewhere than the log: whoever forges a log puts a key beside it.
            Example: exchange-verify log export --key receipt.pub.pem --checkpoint-key checkpoint.vkeys --checkpoint january.checkpoint
            Example: exchange-verify log data/log --key receipt.pub.pem --origin exchange.test/node-1 --receipt january.receipt
            """)
        {
            PlaceArgument, JsonOption,
        };
        foreach (var option in Options.All)
        {
            command.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var place = parsed.GetValue(PlaceArgument)!;
        if (!LogVerification.IsPlace(place))
        {
            return Refuse($"There is neither a directory nor a file at {place}, and it is no address of a published log.");
        }

        using var keys = new ReceiptKeys();
        VerificationReport report;
        try
        {
            var options = Options.Read(parsed, keys, showsProgress: !Console.IsErrorRedirected);
            using (options.Linkage)
            {
                report = LogVerification.Run(place, options);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Refuse(exception.Message);
        }

        Console.Out.WriteLine(parsed.GetValue(JsonOption) ? VerificationText.ToJson(report) : VerificationText.ToLines(report));
        Console.Error.WriteLine(VerificationText.Verdict(report));
        return report.IsVerified ? ExitCode.Verified : ExitCode.FailedVerification;
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message);
        return ExitCode.BadUsage;
    }
}
