using System.CommandLine;
using System.Text.Json;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Envelopes;
using Exchange.Format.V1;
using Google.Protobuf;

namespace Exchange.Verifier;

/// <summary><c>exchange-verify envelope</c>: header and receipt, which need no private key; what is inside stays closed.</summary>
internal static class EnvelopeCommand
{
    private static readonly Argument<string[]> FilesArgument = new("file")
    {
        Description = "Envelopes as members keep them, serialised.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string[]> KeyOption = KeyFiles.Option("At least one is needed.");

    private static readonly Option<bool> JsonOption = new("--json") { Description = "One line of JSON an envelope." };

    internal static Command Create()
    {
        KeyOption.Required = true;
        var command = new Command("envelope", """
            Checks kept envelopes: that a trusted key signed for each, and promised that its entry is in the log.
            Example: exchange-verify envelope kept/*.envelope --key receipt.pub.pem
            """)
        {
            FilesArgument, KeyOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using var keys = new ReceiptKeys();
        var verifier = new ReceiptVerifier();
        var unsound = 0;
        try
        {
            KeyFiles.Read(keys, parsed.GetValue(KeyOption) ?? []);
            foreach (var file in parsed.GetValue(FilesArgument) ?? [])
            {
                var envelope = Read(file);
                var verdict = EnvelopeCheck.Check(envelope, verifier, keys.Find);
                unsound += verdict == EnvelopeVerdict.Sound ? 0 : 1;
                Console.Out.WriteLine(parsed.GetValue(JsonOption) ? ToJson(file, envelope, verdict) : ToLine(file, envelope, verdict));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Console.Error.WriteLine(exception.Message);
            return ExitCode.BadUsage;
        }

        Console.Error.WriteLine(unsound == 0 ? "Every envelope is sound." : $"FAILED: {unsound} of the envelopes are not sound.");
        return unsound == 0 ? ExitCode.Verified : ExitCode.FailedVerification;
    }

    private static Envelope Read(string file)
    {
        if (Directory.Exists(file))
        {
            throw new InvalidDataException($"{file} is a folder; name the envelopes in it, for instance {Path.Combine(file, "*.envelope")}.");
        }

        try
        {
            return Envelope.Parser.ParseFrom(File.ReadAllBytes(file));
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException($"{file} is no envelope: {exception.Message}", exception);
        }
    }

    private static string ToLine(string file, Envelope envelope, EnvelopeVerdict verdict) =>
        $"{file}: {Explain(verdict)}; entry {envelope.Receipt?.Index ?? 0} of {envelope.Receipt?.LogOrigin}";

    private static string ToJson(string file, Envelope envelope, EnvelopeVerdict verdict) => JsonSerializer.Serialize(new
    {
        file,
        verdict = JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.ToString()),
        origin = envelope.Receipt?.LogOrigin,
        index = envelope.Receipt?.Index,
        object_digest = ObjectDigest.Compute(envelope.Header.Span, envelope.EncapsulatedKey.Span, envelope.Ciphertext.Span).ToString(),
    });

    private static string Explain(EnvelopeVerdict verdict) => verdict switch
    {
        EnvelopeVerdict.Sound => "sound",
        EnvelopeVerdict.ReceiptMissing => "it has no receipt",
        EnvelopeVerdict.HeaderMalformed => "its header is malformed",
        EnvelopeVerdict.OriginDiffers => "its receipt is of another log than its header names",
        EnvelopeVerdict.ReceiptMalformed => "its receipt is malformed",
        EnvelopeVerdict.RootMismatch => "envelope or receipt was changed, or they belong to others",
        EnvelopeVerdict.KeyUnknown => "its receipt is signed by a key that is not among those given",
        _ => "its receipt's signature is not the key's",
    };
}
