using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Samples.Marketplace;

/// <summary>Lets in one caller: a client certificate that chains to the anchor and bears exactly one URI, the node's id.</summary>
internal sealed class NodeGate(X509Certificate2 anchor, string nodeId)
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const string SubjectAlternativeName = "2.5.29.17";

    // RFC 5280, 4.2.1.6: GeneralName's choice [6], uniformResourceIdentifier.
    private static readonly Asn1Tag UriName = new(TagClass.ContextSpecific, 6);

    internal bool Admits(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuth));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate) && Uris(certificate) is [var uri] && uri == nodeId;
    }

    // .NET lists only DNS names and IP addresses, so the extension is read as it is.
    private static List<string> Uris(X509Certificate2 certificate)
    {
        List<string> uris = [];
        foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAlternativeName))
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(UriName))
                {
                    uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriName));
                }
                else
                {
                    names.ReadEncodedValue();
                }
            }
        }

        return uris;
    }
}
