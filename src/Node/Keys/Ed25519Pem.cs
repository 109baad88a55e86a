using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Exchange.Node.Keys;

/// <summary>A private Ed25519 key as PKCS #8 in PEM (RFC 8410, section 7), the form that OpenSSL reads and writes and .NET does not know.</summary>
public static class Ed25519Pem
{
    /// <summary>Bytes of a key.</summary>
    public const int SeedSize = 32;

    private const string Label = "PRIVATE KEY";
    private const string Algorithm = "1.3.101.112";

    /// <summary>Writes a key.</summary>
    public static string Write(ReadOnlySpan<byte> seed)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        key.WriteOctetString(seed);
        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            info.WriteInteger(0);
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier(Algorithm);
            }

            info.WriteOctetString(key.Encode());
        }

        return PemEncoding.WriteString(Label, info.Encode());
    }

    /// <summary>Reads a key; null when the text is none of Ed25519.</summary>
    public static byte[]? Read(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] != Label)
        {
            return null;
        }

        try
        {
            var info = new AsnReader(Convert.FromBase64String(pem[fields.Base64Data]), AsnEncodingRules.DER).ReadSequence();
            info.ReadInteger();
            if (info.ReadSequence().ReadObjectIdentifier() != Algorithm)
            {
                return null;
            }

            var seed = new AsnReader(info.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
            return seed.Length == SeedSize ? seed : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
