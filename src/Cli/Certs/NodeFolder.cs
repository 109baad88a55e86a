using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Cli.Certs;

/// <summary>What a node keeps: its TLS identity, the key that signs receipts, and the master key of its stores.</summary>
public static class NodeFolder
{
    /// <summary>The node's certificate.</summary>
    public const string CertificateFile = "tls.pem";

    /// <summary>The certificate's private key.</summary>
    public const string CertificateKeyFile = "tls-key.pem";

    /// <summary>The private key that signs receipts.</summary>
    public const string ReceiptKeyFile = "receipt.pem";

    /// <summary>Its public half, for members and auditors.</summary>
    public const string ReceiptPublicKeyFile = "receipt.pub.pem";

    /// <summary>Thirty-two random bytes, base64.</summary>
    public const string MasterKeyFile = "master.key";

    private const int MasterKeySize = 32;

    /// <summary>The files of a node's folder, with new keys.</summary>
    internal static IReadOnlyList<NewFile> Files(DevelopmentAuthority authority, MemberId id)
    {
        using var certificate = authority.Issue(new CertificateProfile { Uris = [id.Value], Server = true });
        using var receipt = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return
        [
            NewFile.Public(CertificateFile, certificate.ExportCertificatePem()),
            NewFile.Secret(CertificateKeyFile, DevelopmentAuthority.PrivateKeyPem(certificate)),
            NewFile.Secret(ReceiptKeyFile, receipt.ExportPkcs8PrivateKeyPem()),
            NewFile.Public(ReceiptPublicKeyFile, receipt.ExportSubjectPublicKeyInfoPem()),
            NewFile.Secret(MasterKeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKeySize))),
        ];
    }
}
