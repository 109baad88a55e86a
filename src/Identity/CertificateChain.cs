using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Identity;

/// <summary>Whether a certificate chains to one anchor, and to nothing else that the machine happens to trust.</summary>
public static class CertificateChain
{
    /// <summary>The extended key usage of who connects.</summary>
    public static Oid ClientAuthentication { get; } = new("1.3.6.1.5.5.7.3.2");
    /// <summary>The extended key usage of who is connected to.</summary>
    public static Oid ServerAuthentication { get; } = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Whether the certificate chains to the anchor, is valid at the time, and bears the usage.</summary>
    /// <param name="certificate">The other side's.</param>
    /// <param name="sent">What it sent along: certificates between its own and the anchor.</param>
    /// <param name="anchor">The one root that counts.</param>
    /// <param name="usage">What the certificate must be for.</param>
    /// <param name="time">When.</param>
    public static bool IsSound(X509Certificate2 certificate, X509Certificate2Collection? sent, X509Certificate2 anchor, Oid usage, DateTimeOffset time)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.ChainPolicy.ApplicationPolicy.Add(usage);
        chain.ChainPolicy.VerificationTime = time.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;

        // Revocation is checked by us against signed lists: the policy takes none, and nothing is downloaded inside a handshake.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent);
        }

        return chain.Build(certificate) && BearsUsage(certificate, usage);
    }

    /// <summary>The chain accepts a certificate without the extension; a member's must name the usage.</summary>
    private static bool BearsUsage(X509Certificate2 certificate, Oid usage)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509EnhancedKeyUsageExtension enhanced)
            {
                foreach (var oid in enhanced.EnhancedKeyUsages)
                {
                    if (oid.Value == usage.Value)
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }
}
