using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Exchange.Vocabulary;

namespace Exchange.Identity;

/// <summary>
/// Reads the member's name from a certificate: the one URI among its subject alternative names (RFC 5280, 4.2.1.6; SPIFFE X.509-SVID).
/// The framework enumerates only DNS and IP names, so the raw extension is read.
/// </summary>
public static class CertificateIdentity
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>The id, when the certificate bears exactly one URI and it is a member id.</summary>
    public static bool TryRead(X509Certificate2 certificate, out MemberId id)
    {
        id = default;
        var extension = certificate.Extensions[SubjectAlternativeName];
        return extension is not null && TryReadOnlyUri(extension.RawData, out var uri) && MemberId.TryParse(uri, out id);
    }

    private static bool TryReadOnlyUri(ReadOnlyMemory<byte> rawData, out string? uri)
    {
        uri = null;
        try
        {
            var names = new AsnReader(rawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (!names.PeekTag().HasSameClassAndValue(UriTag))
                {
                    names.ReadEncodedValue();
                    continue;
                }

                if (uri is not null)
                {
                    return false;
                }

                uri = names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag);
            }
        }
        catch (AsnContentException)
        {
            return false;
        }

        return uri is not null;
    }
}
