using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Benches.Load.Servers;

/// <summary>A certificate for one run. Each side knows the other's byte for byte, so that no chain is built while calls are measured.</summary>
internal static class SelfSigned
{
    public const string HostName = "localhost";

    public static X509Certificate2 Create(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(HostName);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(12));
    }

    public static bool IsSame(X509Certificate? presented, byte[] expected) => presented is not null && presented.GetRawCertData().AsSpan().SequenceEqual(expected);
}
