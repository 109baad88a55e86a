using System.CommandLine;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Verification;
using Exchange.Format.V1;
using Google.Protobuf;

namespace Exchange.Verifier;

/// <summary>What a log can be held against on a command line, the same for <c>exchange-verify log</c> and <c>exchange audit verify</c>.</summary>
public sealed class LogOptions
{
    private readonly Option<string[]> _keys = KeyFiles.Option("Without it signatures are not checked, and only accidents are found, no forgery.");
    private readonly Option<string?> _origin = new("--origin") { Description = "The name that the log must have, for instance exchange.test/node-1." };
    private readonly Option<string[]> _checkpoints = new("--checkpoint")
    {
        Description = "An earlier checkpoint, from somebody who kept it: the log must still begin with the entries that it was signed over. Repeatable.",
    };

    private readonly Option<string[]> _checkpointKeys = new("--checkpoint-key")
    {
        Description = "A checkpoint key that you trust, as a verifier-key line name+id+base64 or a file of such lines. Repeatable; the ECDSA key decides, an Ed25519 key is checked besides.",
    };

    private readonly Option<string[]> _receipts = new("--receipt") { Description = "An earlier receipt, binary protobuf, whose entry must be in the log. Repeatable." };
    private readonly Option<ulong> _minimumSize = new("--min-size")
    {
        Description = "The number of entries that the log is known to have had. This, a checkpoint or a receipt is what shows that its end was cut off.",
    };

    private readonly Option<string?> _linkage = new("--linkage")
    {
        Description = "The linkage file, which authorised auditors get: with it, that no release follows a withdrawal is checked. An export's own is found.",
    };

    private readonly Option<bool> _noSnapshots = new("--no-snapshots") { Description = "Do not look for the policies, registries and descriptor sets that entries name." };
    private readonly Option<ulong> _from = new("--from") { Description = "Of an export of a range: its first entry." };
    private readonly Option<ulong?> _to = new("--to", "--until") { Description = "Of an export of a range: the index after its last entry." };

    /// <summary>All options, to be added to a command.</summary>
    public IEnumerable<Option> All => [_keys, _origin, _checkpoints, _checkpointKeys, _receipts, _minimumSize, _linkage, _noSnapshots, _from, _to];

    /// <summary>Reads what the options name. The caller disposes of keys and linkage.</summary>
    /// <exception cref="InvalidDataException">A file is not what the option wants.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public LogVerifierOptions Read(ParseResult parsed, ReceiptKeys keys, bool showsProgress)
    {
        KeyFiles.Read(keys, parsed.GetValue(_keys) ?? []);
        NoteKey[] checkpointKeys = [.. (parsed.GetValue(_checkpointKeys) ?? []).SelectMany(ReadCheckpointKeys)];
        if (checkpointKeys.Length > 0 && !checkpointKeys.Any(key => key is EcdsaNoteKey))
        {
            throw new InvalidDataException("Among the checkpoint keys is no ECDSA key, and the ECDSA line decides. Pass it too.");
        }

        var (from, to) = (parsed.GetValue(_from), parsed.GetValue(_to));
        if (from >= to)
        {
            throw new InvalidDataException($"--from {from} is not before --until {to}: there is nothing between them.");
        }

        return new LogVerifierOptions
        {
            Cores = Environment.ProcessorCount,
            Keys = keys,
            CheckpointKeys = checkpointKeys,
            ExpectedOrigin = parsed.GetValue(_origin),
            MinimumSize = parsed.GetValue(_minimumSize),
            Receipts = [.. (parsed.GetValue(_receipts) ?? []).Select(ReadReceipt)],
            Checkpoints = [.. (parsed.GetValue(_checkpoints) ?? []).Select(ReadCheckpoint)],
            Linkage = parsed.GetValue(_linkage) is { } linkage ? File.OpenRead(linkage) : null,
            ChecksSnapshots = !parsed.GetValue(_noSnapshots),
            From = from,
            To = to,
            Progress = showsProgress ? new ErrorLineProgress() : null,
        };
    }

    private static IEnumerable<NoteKey> ReadCheckpointKeys(string given)
    {
        // A line is no path: it has plus signs and base64.
        var lines = File.Exists(given) ? File.ReadAllLines(given).Where(line => line.Length > 0) : [given];
        foreach (var line in lines)
        {
            yield return NoteKey.TryParse(line, out var key, out var problem)
                ? key
                : throw new InvalidDataException($"{given} is neither a verifier key nor a file of them: {problem}.");
        }
    }

    private static NamedCheckpoint ReadCheckpoint(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return NamedCheckpoint.Read(path, bytes, out var problem) ?? throw new InvalidDataException($"{path} is no checkpoint: {problem}.");
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

    /// <summary>One line that is written over, on a terminal.</summary>
    private sealed class ErrorLineProgress : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => Console.Error.Write($"\r{value.Segment}  {value.Entries} entries\r");
    }
}
