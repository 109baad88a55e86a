using System.Security.Cryptography;
using Exchange.Audit.Proofs.Notes;
using Exchange.Node.Keys;
using Exchange.Vocabulary;

namespace Exchange.Cli.Certs;

/// <summary>What a node keeps: its TLS identity, the keys that sign receipts and checkpoints, and the master key of its stores.</summary>
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

    /// <summary>The Ed25519 private key that signs checkpoints.</summary>
    public const string CheckpointEd25519File = "checkpoint-ed25519.pem";

    /// <summary>The P-256 private key that signs checkpoints.</summary>
    public const string CheckpointEcdsaFile = "checkpoint-ecdsa.pem";

    /// <summary>The public halves of both, a verifier key a line, for members and auditors.</summary>
    public const string CheckpointPublicKeysFile = "checkpoint.vkeys";

    /// <summary>Thirty-two random bytes, base64.</summary>
    public const string MasterKeyFile = "master.key";

    private const int MasterKeySize = 32;

    /// <summary>The files of a node's folder, with new keys.</summary>
    internal static IReadOnlyList<NewFile> Files(DevelopmentAuthority authority, MemberId id, string origin)
    {
        using var certificate = authority.Issue(new CertificateProfile { Uris = [id.Value], Server = true });
        return
        [
            NewFile.Public(CertificateFile, certificate.ExportCertificatePem()),
            NewFile.Secret(CertificateKeyFile, DevelopmentAuthority.PrivateKeyPem(certificate)),
            .. ReceiptFiles(),
            .. CheckpointFiles(origin),
            NewFile.Secret(MasterKeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKeySize))),
        ];
    }

    /// <summary>A new key for receipts.</summary>
    internal static IReadOnlyList<NewFile> ReceiptFiles()
    {
        using var receipt = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return [NewFile.Secret(ReceiptKeyFile, receipt.ExportPkcs8PrivateKeyPem()), NewFile.Public(ReceiptPublicKeyFile, receipt.ExportSubjectPublicKeyInfoPem())];
    }

    /// <summary>New keys for the checkpoints of a log, one of each kind; its origin is part of their names.</summary>
    internal static IReadOnlyList<NewFile> CheckpointFiles(string origin)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var seed = RandomNumberGenerator.GetBytes(Ed25519Pem.SeedSize);
        return
        [
            NewFile.Secret(CheckpointEd25519File, Ed25519Pem.Write(seed)),
            NewFile.Secret(CheckpointEcdsaFile, ecdsa.ExportPkcs8PrivateKeyPem()),
            NewFile.Public(CheckpointPublicKeysFile, $"{Ed25519NoteKey.Signer(origin, seed).Key}\n{EcdsaNoteKey.Of(origin, ecdsa)}"),
        ];
    }
}
