using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Cli.Certs;

/// <summary>
/// A certificate authority for development and tests: one self-signed P-256 anchor whose key lies beside it in clear.
/// Nothing that runs for real people trusts it.
/// </summary>
public sealed class DevelopmentAuthority : IDisposable
{
    /// <summary>The anchor's certificate in the authority's folder.</summary>
    public const string AnchorFile = "anchor.pem";

    /// <summary>The anchor's private key in the authority's folder.</summary>
    public const string AnchorKeyFile = "anchor-key.pem";

    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const int SerialNumberSize = 16;

    // A machine whose clock is a little behind accepts a certificate that was issued just now.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AnchorLifetime = TimeSpan.FromDays(5 * 365);

    private readonly TimeProvider _clock;

    private DevelopmentAuthority(X509Certificate2 anchor, TimeProvider clock)
    {
        Anchor = anchor;
        _clock = clock;
    }

    /// <summary>The anchor with its private key.</summary>
    public X509Certificate2 Anchor { get; }

    /// <summary>Makes a new anchor, in memory only.</summary>
    public static DevelopmentAuthority Create(string instance, TimeProvider clock)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={instance} development anchor", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));

        var from = clock.GetUtcNow() - ClockSkew;
        return new DevelopmentAuthority(request.CreateSelfSigned(from, from + AnchorLifetime), clock);
    }

    /// <summary>Reads an anchor and its key from the folder that <see cref="DevelopmentFolder.Write"/> made.</summary>
    /// <exception cref="FileNotFoundException">There is no authority in the folder.</exception>
    public static DevelopmentAuthority Load(string folder, TimeProvider clock)
    {
        var anchor = Path.Combine(folder, AnchorFile);
        var key = Path.Combine(folder, AnchorKeyFile);
        foreach (var file in new[] { anchor, key })
        {
            if (!File.Exists(file))
            {
                throw new FileNotFoundException($"{file} is missing: make an authority first with 'exchange certs init --out {folder}'.", file);
            }
        }

        return new DevelopmentAuthority(X509Certificate2.CreateFromPemFile(anchor, key), clock);
    }

    /// <summary>Issues a certificate with a new P-256 key; the result carries the private key.</summary>
    public X509Certificate2 Issue(CertificateProfile profile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={CommonName(profile)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(Usages(profile), critical: false));
        request.CertificateExtensions.Add(Names(profile));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Anchor, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        var from = _clock.GetUtcNow() - ClockSkew;
        var serialNumber = RandomNumberGenerator.GetBytes(SerialNumberSize);
        serialNumber[0] &= 0x7F; // RFC 5280, 4.1.2.2: a positive integer
        using var certificate = request.Create(Anchor, from, from + profile.Lifetime, serialNumber);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose() => Anchor.Dispose();

    /// <summary>The private key of a certificate of this authority, PKCS #8 in PEM.</summary>
    public static string PrivateKeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey() ?? throw new ArgumentException("The certificate carries no private key.", nameof(certificate));
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>The files of the authority's folder.</summary>
    internal IReadOnlyList<NewFile> Files() =>
    [
        NewFile.Public(AnchorFile, Anchor.ExportCertificatePem()),
        NewFile.Secret(AnchorKeyFile, PrivateKeyPem(Anchor)),
    ];

    private static string CommonName(CertificateProfile profile) =>
        profile.Uris.Count == 0 ? "nobody" : profile.Uris[0].Split('/')[^1];

    private static OidCollection Usages(CertificateProfile profile)
    {
        var usages = new OidCollection();
        if (profile.Client)
        {
            usages.Add(new Oid(ClientAuth));
        }

        if (profile.Server)
        {
            usages.Add(new Oid(ServerAuth));
        }

        return usages;
    }

    private static X509Extension Names(CertificateProfile profile)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var uri in profile.Uris)
        {
            names.AddUri(new Uri(uri));
        }

        if (profile.Server)
        {
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }

        return names.Build();
    }
}
