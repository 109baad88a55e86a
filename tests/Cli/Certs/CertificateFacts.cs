using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Cli.Tests.Certs;

/// <summary>What a certificate says, read from its bytes and not from what issued it.</summary>
internal sealed class CertificateFacts
{
    public CertificateFacts(X509Certificate2 certificate)
    {
        var names = new AsnReader(certificate.Extensions.Single(extension => extension.Oid!.Value == "2.5.29.17").RawData, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            var tag = names.PeekTag();
            switch (tag.TagValue)
            {
                case 2:
                    DnsNames.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                    break;
                case 6:
                    Uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                    break;
                case 7:
                    Addresses.Add(new IPAddress(names.ReadOctetString(tag)).ToString());
                    break;
                default:
                    throw new InvalidDataException($"A name of kind {tag.TagValue}.");
            }
        }

        Usages = [.. certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(usage => usage.Value!)];
    }

    public List<string> Uris { get; } = [];

    public List<string> DnsNames { get; } = [];

    public List<string> Addresses { get; } = [];

    public string[] Usages { get; }

    public static CertificateFacts OfFile(string path)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
        return new CertificateFacts(certificate);
    }

    public static bool Chains(string certificateFile, string anchorFile)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
        using var anchor = X509CertificateLoader.LoadCertificateFromFile(anchorFile);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
