using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Audit.Proofs.Notes;
using Exchange.Documents;
using Exchange.Vocabulary;

namespace Exchange.Client;

/// <summary>Reads <c>client.yaml</c>; every mistake at once.</summary>
internal static class ClientFile
{
    internal static ExchangeClientOptions? Read(string path, List<Diagnostic> diagnostics)
    {
        if (Document.Read(path, diagnostics) is not { } document)
        {
            return null;
        }

        var options = Read(document.Root);
        return diagnostics.Count > 0 ? null : options;
    }

    /// <summary>Whatever is missing or wrong is null here, and among the diagnostics.</summary>
    private static ExchangeClientOptions Read(DocumentValue root)
    {
        using var file = root.Mapping();
        var key = file.Required("key");
        return new ExchangeClientOptions
        {
            Node = Address(file.Required("node"))!,
            NodeId = file.Required("node_id").As<MemberId>(MemberId.TryParse, "the node's id, such as spiffe://exchange.test/ops/node-1").GetValueOrDefault(),
            Origin = file.Required("origin").Text("the node's log origin, such as exchange.test/node-1")!,
            Anchor = Open(file.Required("anchor"), X509CertificateLoader.LoadCertificateFromFile)!,
            Certificate = Open(file.Required("certificate"), certificate => X509Certificate2.CreateFromPemFile(certificate, key.FilePath()))!,
            EncryptionKey = Open(file.Optional("encryption_key"), ImportEncryptionKey),
            ReceiptKeys = [.. file.Required("receipt_keys").Items().Select(item => Open(item, ImportReceiptKey)).OfType<ECDsa>()],
            CheckpointKeys = [.. file.Optional("checkpoint_keys").Items().SelectMany(CheckpointKeys)],
            StateFile = file.Optional("state").FilePath(),
            Connections = file.Optional("connections").Number(1, 4) ?? 2,
        };
    }

    private static Uri? Address(DocumentValue value)
    {
        if (value.Text("the node's address, such as https://127.0.0.1:8443") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps)
        {
            return address;
        }

        value.Refuse($"expected an address such as https://127.0.0.1:8443, found '{text}'");
        return null;
    }

    private static T? Open<T>(DocumentValue value, Func<string, T> open)
        where T : class
    {
        if (value.FilePath() is not { } path)
        {
            return null;
        }

        try
        {
            return open(path);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            value.Refuse($"{path} cannot be used: {exception.Message}");
            return null;
        }
    }

    /// <summary>The verifier keys of a file, one a line; empty lines and comments are passed over.</summary>
    private static IReadOnlyList<NoteKey> CheckpointKeys(DocumentValue value)
    {
        if (Open(value, File.ReadAllLines) is not { } lines)
        {
            return [];
        }

        List<NoteKey> keys = [];
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() is not { Length: > 0 } line || line[0] == '#')
            {
                continue;
            }

            if (NoteKey.TryParse(line, out var key, out var problem))
            {
                keys.Add(key);
            }
            else
            {
                value.Refuse($"line {i + 1} of {value.FilePath()} is no verifier key: {problem}");
            }
        }

        return keys;
    }

    private static ECDiffieHellman ImportEncryptionKey(string path)
    {
        var key = ECDiffieHellman.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return key;
    }

    private static ECDsa ImportReceiptKey(string path)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return key;
    }
}
