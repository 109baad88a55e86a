using System.CommandLine;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Verification;
using Exchange.Format.V1;
using Google.Protobuf;

namespace Exchange.Verifier;

/// <summary><c>exchange-verify log</c>.</summary>
internal static class LogCommand
{
    private static readonly Argument<string> PathArgument = new("path")
    {
        Description = "The log's directory, of a node that runs or not, or a copy; or one segment file of it.",
    };

    private static readonly Option<string[]> KeyOption = KeyFiles.Option("Without it signatures are not checked, and only accidents are found, no forgery.");

    private static readonly Option<string?> OriginOption = new("--origin")
    {
        Description = "The name that the log must have, for instance exchange.test/node-1.",
    };

    private static readonly Option<string[]> ReceiptOption = new("--receipt")
    {
        Description = "An earlier receipt, binary protobuf, whose entry must be in the log. Repeatable.",
    };

    private static readonly Option<ulong> MinimumSizeOption = new("--min-size")
    {
        Description = "The number of entries that the log is known to have had. This or a receipt is what shows that its end was cut off.",
    };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "Report as JSON." };

    internal static Command Create()
    {
        var command = new Command("log", """
            Verifies an audit log: framing, entries, chain of hashes, times, trees, and the signature over each group commit.
            Example: exchange-verify log data/log --key receipt.pub.pem --origin exchange.test/node-1 --receipt january.receipt
            """)
        {
            PathArgument, KeyOption, OriginOption, ReceiptOption, MinimumSizeOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var path = parsed.GetValue(PathArgument)!;
        if (!Path.Exists(path))
        {
            return Refuse($"There is neither a directory nor a file at {path}.");
        }

        using var keys = new ReceiptKeys();
        VerificationReport report;
        try
        {
            KeyFiles.Read(keys, parsed.GetValue(KeyOption) ?? []);
            report = LogVerification.Run(path, new LogVerifierOptions
            {
                Keys = keys,
                ExpectedOrigin = parsed.GetValue(OriginOption),
                MinimumSize = parsed.GetValue(MinimumSizeOption),
                Receipts = [.. (parsed.GetValue(ReceiptOption) ?? []).Select(ReadReceipt)],
                Progress = Console.IsErrorRedirected ? null : new ErrorLineProgress(),
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Refuse(exception.Message);
        }

        Console.Out.WriteLine(parsed.GetValue(JsonOption) ? VerificationText.ToJson(report) : VerificationText.ToLines(report));
        Console.Error.WriteLine(Verdict(report));
        return report.IsVerified ? ExitCode.Verified : ExitCode.FailedVerification;
    }

    private static string Verdict(VerificationReport report)
    {
        if (report.Problem is { } problem)
        {
            return $"FAILED at entry {problem.EntryIndex}: {problem.What}.";
        }

        var signatures = report.SignaturesChecked ? string.Empty : " Signatures were not checked: pass --key.";
        var unfinished = report.UnfinishedBytes == 0 ? string.Empty : $" Behind the last whole group stand {report.UnfinishedBytes} bytes of one that was never finished; nobody has a receipt for it.";
        return $"Verified: {report.Size - report.FirstIndex} entries of {report.Origin}.{signatures}{unfinished}";
    }

    private static Receipt ReadReceipt(string path)
    {
        try
        {
            // An envelope parses as a receipt, too, and held against the log it would look like a forgery; its widths tell them apart.
            return Receipt.Parser.ParseFrom(File.ReadAllBytes(path)) is { LeafHash.Length: 32, KeyId.Length: 32, Signature.Length: 64 } receipt
                ? receipt
                : throw new InvalidDataException($"{path} is no receipt. If it is an envelope, 'exchange audit verify --envelopes' takes its receipt out of it.");
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException($"{path} is no receipt: {exception.Message}", exception);
        }
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message);
        return ExitCode.BadUsage;
    }

    /// <summary>One line that is written over, on a terminal.</summary>
    private sealed class ErrorLineProgress : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => Console.Error.Write($"\r{value.Segment}  {value.Entries} entries\r");
    }
}
