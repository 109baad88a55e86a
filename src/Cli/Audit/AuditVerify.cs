using System.CommandLine;
using System.Security.Cryptography;
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
    private readonly Argument<string> _log = new("log") { Description = "The log's folder, of a node that runs or not, or a copy; or one segment file of it." };
    private readonly Option<string[]> _keys = new("--key")
    {
        Description = "A public receipt key, PEM. Without one signatures are not checked, and only accidents are found, no forgery.",
    };

    private readonly Option<string?> _origin = new("--origin") { Description = "The name that the log must have." };
    private readonly Option<string?> _envelopes = new("--envelopes") { Description = "A folder of envelopes, each of which must be in the log." };
    private readonly Option<ulong> _minimumSize = new("--min-size") { Description = "The number of entries that the log is known to have had." };

    internal AuditVerify()
        : base(
            "verify",
            "Verifies a log: entries, chain of hashes, times, trees, and the signature over each group commit.",
            "exchange audit verify data/log --key certs/node/receipt.pub.pem --origin exchange.test/node-1")
    {
        Add(_log);
        Add(_keys);
        Add(_origin);
        Add(_envelopes);
        Add(_minimumSize);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var log = arguments.GetValue(_log)!;
        if (!Path.Exists(log))
        {
            throw new UsageException($"There is neither a folder nor a file at {log}.");
        }

        using var keys = new ReceiptKeys();
        foreach (var key in arguments.GetValue(_keys) ?? [])
        {
            AddKey(keys, key);
        }

        var report = LogVerification.Run(log, new LogVerifierOptions
        {
            Keys = keys,
            ExpectedOrigin = arguments.GetValue(_origin),
            MinimumSize = arguments.GetValue(_minimumSize),
            Receipts = Receipts(arguments.GetValue(_envelopes)),
        });

        Write(output, report);
        output.Say(Verdict(report));
        return Task.FromResult(report.IsVerified ? ExitCode.Done : ExitCode.Refused);
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

    private static string Verdict(VerificationReport report)
    {
        if (report.Problem is { } problem)
        {
            return $"FAILED at entry {problem.EntryIndex}: {problem.What}.";
        }

        var signatures = report.SignaturesChecked ? string.Empty : " Signatures were not checked: say --key.";
        return $"Verified: {report.Size - report.FirstIndex} entries of {report.Origin}.{signatures}";
    }

    private static void AddKey(ReceiptKeys keys, string path)
    {
        try
        {
            keys.AddPem(File.ReadAllText(path));
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            throw new UsageException($"{path} is no PEM file of a public key on P-256.");
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
