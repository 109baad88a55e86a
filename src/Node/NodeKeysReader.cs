using Exchange.Documents;
using Exchange.Node.Keys;
using Exchange.Vocabulary;

namespace Exchange.Node;

/// <summary>
/// Reads the section <c>keys</c> of <c>node.yaml</c>. Every key is looked into, not only found: a key of another kind, or one that serves two
/// uses, would show at the start at the earliest, and to an auditor at the latest.
/// </summary>
internal sealed record NodeKeysReader(string? Receipt, string? CheckpointEd25519, string? CheckpointEcdsa, string? Master, FormerKeys Former)
{
    private const string ReceiptName = "receipt";
    private const string Ed25519Name = "checkpoint_ed25519";
    private const string EcdsaName = "checkpoint_ecdsa";
    private const string MakeCheckpointKeys = "'exchange certs keys --only checkpoint' makes one";

    /// <summary>Whatever is missing or wrong is null here, and among the diagnostics.</summary>
    internal static NodeKeysReader Read(DocumentValue section)
    {
        using var keys = section.Mapping();
        var uses = new Dictionary<string, string>(StringComparer.Ordinal);
        var receipt = P256(keys.Required(ReceiptName), ReceiptName, uses);
        var ed25519 = Ed25519(keys.Required(Ed25519Name, MakeCheckpointKeys), Ed25519Name, uses);
        var ecdsa = P256(keys.Required(EcdsaName, MakeCheckpointKeys), EcdsaName, uses);
        var master = NodeConfigurationLoader.ExistingFile(keys.Required("master"));
        using var before = keys.Optional("former").Mapping();
        var former = new FormerKeys
        {
            Receipt = P256(before.Optional(ReceiptName), $"former.{ReceiptName}", uses),
            CheckpointEd25519 = Ed25519(before.Optional(Ed25519Name), $"former.{Ed25519Name}", uses),
            CheckpointEcdsa = P256(before.Optional(EcdsaName), $"former.{EcdsaName}", uses),
        };
        return new NodeKeysReader(receipt, ed25519, ecdsa, master, former);
    }

    private static string? P256(DocumentValue value, string use, Dictionary<string, string> uses) => Checked(value, use, uses, file =>
    {
        using var key = P256Pem.Read(file);
        return KeyThumbprint.Of(key).ToString();
    });

    private static string? Ed25519(DocumentValue value, string use, Dictionary<string, string> uses) =>
        Checked(value, use, uses, static file => $"{CheckpointKeys.ReadEd25519("any", file).Key}");

    /// <summary>The path of a file with the right kind of key, which no other use has.</summary>
    private static string? Checked(DocumentValue value, string use, Dictionary<string, string> uses, Func<string, string> identify)
    {
        if (NodeConfigurationLoader.ExistingFile(value) is not { } file)
        {
            return null;
        }

        try
        {
            var key = identify(file);
            if (uses.TryAdd(key, use))
            {
                return file;
            }

            value.Refuse($"this key is that of '{uses[key]}' as well; a key has one use, and a former one is not the present one");
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            value.Refuse(exception.Message);
        }

        return null;
    }
}
