using System.Security.Cryptography;
using Exchange.Audit;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Segments;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Tests.Appender;

/// <summary>A folder in which the program keeps a log with tiles, checkpoints and keys; a test opens the same when the program is gone.</summary>
public sealed class AppenderFolder(string folder)
{
    public const string Origin = "exchange.test/appender";

    /// <summary>Small segments, so that many are made and removed.</summary>
    public static AuditLogOptions Options { get; } = new()
    {
        Origin = Origin,
        SegmentBytes = SegmentLayout.HeaderBytes + (2 * SegmentLayout.MinimumGroupBytes),
        MaximumGroupBytes = SegmentLayout.MinimumGroupBytes,
    };

    public static INoteSigner CheckpointKey { get; } = Ed25519NoteKey.Signer(Origin, new byte[32]);

    /// <summary>The receipt key of today; who writes another one here has changed it.</summary>
    public string ReceiptKey => Path.Combine(folder, "receipt.pem");

    /// <summary>The receipt key before; absent where there was none.</summary>
    public string FormerReceiptKey => Path.Combine(folder, "former.pem");

    public string Segments => Path.Combine(folder, "log");

    public string Tiles => Path.Combine(folder, "tiles");

    public string Checkpoints => Path.Combine(folder, "checkpoints");

    /// <summary>Opens the log. The keys are not disposed: whoever asks ends soon.</summary>
    public AuditLog Open()
    {
        var keys = new AuditLogKeys(Read(ReceiptKey))
        {
            FormerReceipt = File.Exists(FormerReceiptKey) ? Read(FormerReceiptKey) : null,
            ReceiptKeyChange = KeyChange,
            Checkpoints = [CheckpointKey],
        };
        return AuditLog.Open(Options, AuditLogFiles.In(Segments, folder), keys, TimeProvider.System);
    }

    private static ECDsa Read(string file)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(file));
        return key;
    }

    private static ReadOnlyMemory<byte> KeyChange(Digest former, Digest present) => new AuditEntry
    {
        Kind = EntryKind.KeyChanged,
        KeyUse = "receipt",
        PreviousDigest = ByteString.CopyFrom(former.ToArray()),
        ChangeDigest = ByteString.CopyFrom(present.ToArray()),
    }.ToByteArray();
}
