using System.CommandLine;
using System.Text.Json;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Verification;
using Exchange.Cli.Envelopes;
using Exchange.Format.V1;
using Exchange.Verifier;

namespace Exchange.Cli.Audit;

/// <summary><c>exchange audit verify</c>.</summary>
internal sealed class AuditVerify : Verb
{
    private readonly Argument<string> _log = new("log")
    {
        Description = "A folder that was exported; the address of a published log; a node's data directory or its folder of segments, in use or not; one segment file.",
    };

    private readonly LogOptions _options = new();
    private readonly Option<string?> _envelopes = new("--envelopes") { Description = "A folder of envelopes, each of which must be in the log." };

    internal AuditVerify()
        : base(
            "verify",
            "Verifies a log: entries, chain of hashes, times, trees, the signature over each group commit, checkpoints, and that what entries name is there.",
            "exchange audit verify data/log --key certs/node/receipt.pub.pem --origin exchange.test/node-1")
    {
        Add(_log);
        Add(_envelopes);
        foreach (var option in _options.All)
        {
            Add(option);
        }
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var log = arguments.GetValue(_log)!;
        if (!LogVerification.IsPlace(log))
        {
            throw new UsageException($"There is neither a folder nor a file at {log}, and it is no address of a published log.");
        }

        using var keys = new ReceiptKeys();
        var options = Read(arguments, keys);
        using var linkage = options.Linkage;
        var report = LogVerification.Run(log, options with { Receipts = [.. options.Receipts, .. Receipts(arguments.GetValue(_envelopes))] });

        Write(output, report);
        output.Say(VerificationText.Verdict(report));
        return Task.FromResult(report.IsVerified ? ExitCode.Done : ExitCode.Refused);
    }

    private LogVerifierOptions Read(ParseResult arguments, ReceiptKeys keys)
    {
        try
        {
            return _options.Read(arguments, keys, showsProgress: !Console.IsErrorRedirected);
        }
        catch (InvalidDataException fault)
        {
            throw new UsageException(fault.Message);
        }
    }

    private static void Write(Output output, VerificationReport report)
    {
        if (output.IsJson)
        {
            // The verifier's own names; here a document has one line.
            output.WriteJson(JsonDocument.Parse(VerificationText.ToJson(report)).RootElement);
        }
        else
        {
            output.Write(VerificationText.ToLines(report));
        }
    }

    private static Receipt[] Receipts(string? folder)
    {
        if (folder is null)
        {
            return [];
        }

        Receipt[] receipts = [.. Directory.EnumerateFiles(folder, "*" + EnvelopeFile.Extension, SearchOption.AllDirectories).Select(path => EnvelopeFile.Read(path).Receipt)];

        // A wrong folder must not look like evidence that held.
        return receipts.Length > 0 ? receipts : throw new UsageException($"There is no envelope in {folder}: no file's name ends in {EnvelopeFile.Extension}.");
    }
}
