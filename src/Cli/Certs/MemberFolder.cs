using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Cli.Certs;

/// <summary>What a member keeps: its certificate, the key that opens envelopes, and client.yaml for the SDK.</summary>
public static class MemberFolder
{
    /// <summary>The member's certificate.</summary>
    public const string CertificateFile = "cert.pem";

    /// <summary>The certificate's private key.</summary>
    public const string CertificateKeyFile = "cert-key.pem";

    /// <summary>The private key that opens envelopes; consumers only.</summary>
    public const string EncryptionKeyFile = "encryption.pem";

    /// <summary>Its public half, for the member registry.</summary>
    public const string EncryptionPublicKeyFile = "encryption.pub.pem";

    /// <summary>How the SDK reaches the node.</summary>
    public const string ClientFile = "client.yaml";

    /// <summary>Issues a certificate to a member and writes its folder; returns the paths.</summary>
    /// <exception cref="FileExistsException">One of the files is there and <paramref name="force"/> is not set.</exception>
    public static IReadOnlyList<string> Write(DevelopmentAuthority authority, string folder, MemberFolderOptions options, bool force = false)
    {
        // A marketplace is called by the node, so its certificate serves as well.
        using var certificate = authority.Issue(new CertificateProfile { Uris = [options.Id.Value], Server = options.Id.Class == MemberClass.Market });
        List<NewFile> files =
        [
            NewFile.Public(CertificateFile, certificate.ExportCertificatePem()),
            NewFile.Secret(CertificateKeyFile, DevelopmentAuthority.PrivateKeyPem(certificate)),
            NewFile.Public(ClientFile, ClientYaml(options)),
        ];
        if (options.Encryption)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            files.Add(NewFile.Secret(EncryptionKeyFile, key.ExportPkcs8PrivateKeyPem()));
            files.Add(NewFile.Public(EncryptionPublicKeyFile, key.ExportSubjectPublicKeyInfoPem()));
        }

        return NewFile.WriteAll(folder, force, files);
    }

    /// <summary>Writes client.yaml anew: the node has another address.</summary>
    internal static void WriteClient(string folder, MemberFolderOptions options) =>
        File.WriteAllText(Path.Combine(folder, ClientFile), ClientYaml(options));

    /// <summary>The text of client.yaml; paths are relative to the file.</summary>
    private static string ClientYaml(MemberFolderOptions options) => $"""
        # How {options.Id} reaches the node; paths are relative to this file.
        node: {options.Node.GetLeftPart(UriPartial.Authority)}
        node_id: {options.NodeId}
        origin: {options.Origin}
        anchor: {options.AuthorityFolder}/{DevelopmentAuthority.AnchorFile}
        certificate: {CertificateFile}
        key: {CertificateKeyFile}
        {(options.Encryption ? $"encryption_key: {EncryptionKeyFile}" : "# encryption_key: only members that receive data have one")}
        receipt_keys: [{options.AuthorityFolder}/node/{NodeFolder.ReceiptPublicKeyFile}]
        checkpoint_keys: [{options.AuthorityFolder}/node/{NodeFolder.CheckpointPublicKeysFile}]
        state: state.json   # remembers the largest receipt of each origin

        """;
}
