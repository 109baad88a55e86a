using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Exchange.Documents;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity;

/// <summary>Reads one encryption key of a member: a PEM file with a SubjectPublicKeyInfo on P-256, and its validity.</summary>
internal sealed class EncryptionKeyReader(ReferencedFiles files)
{
    private const string Label = "PUBLIC KEY";
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly Dictionary<Digest, DocumentPosition> _known = [];

    internal EncryptionKey? Read(DocumentValue item)
    {
        using var mapping = item.Mapping();
        var file = mapping.Required("file");
        var from = mapping.Required("valid_from").Time();
        var end = mapping.Optional("valid_until");
        var until = end.Time();
        if (until <= from)
        {
            end.Refuse("valid_until is not after valid_from");
        }

        if (files.Read(file) is not { } bytes)
        {
            return null;
        }

        if (!TryReadPoint(bytes, out var point, out var mistake))
        {
            file.Refuse(mistake);
            return null;
        }

        var key = new EncryptionKey(KeyThumbprint.OfP256(point), point, Instant.From(from.GetValueOrDefault()), until is null ? null : Instant.From(until.Value));
        if (!_known.TryAdd(key.KeyId, file.Position))
        {
            // Whoever holds the other's private key opens its envelopes.
            file.Refuse($"this key stands in the registry already, at {_known[key.KeyId]}");
        }

        return key;
    }

    private static bool TryReadPoint(byte[] bytes, out ECParameters point, [NotNullWhen(false)] out string? mistake)
    {
        point = default;
        var text = Encoding.ASCII.GetString(bytes);
        if (!PemEncoding.TryFind(text, out var pem) || text[pem.Label] != Label)
        {
            mistake = $"expected a PEM file with a {Label}" + (text.Contains("PRIVATE KEY", StringComparison.Ordinal) ? ", not a private key: that stays with the member" : string.Empty);
            return false;
        }

        try
        {
            using var key = ECDiffieHellman.Create();
            key.ImportFromPem(text);
            point = key.ExportParameters(includePrivateParameters: false);
            mistake = point.Curve.Oid?.Value == P256 ? null : "expected a key on the curve P-256";
        }
        catch (Exception malformed) when (malformed is CryptographicException or ArgumentException)
        {
            mistake = "expected a key on the curve P-256 as SubjectPublicKeyInfo";
        }

        return mistake is null;
    }
}
