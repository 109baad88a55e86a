using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Exchange.Cli.Certs;
using Exchange.Vocabulary;

namespace Exchange.Interop.Tests.Cases;

/// <summary>A server and a client under one new anchor; both certificates are those of members.</summary>
internal sealed class Parties : IDisposable
{
    internal Parties()
    {
        using var authority = DevelopmentAuthority.Create("exchange.test", TimeProvider.System);
        Anchor = X509CertificateLoader.LoadCertificate(authority.Anchor.RawData);
        Server = authority.Issue(new CertificateProfile { Uris = [ServerId.Value], Client = false, Server = true });
        Client = authority.Issue(new CertificateProfile { Uris = [ClientId.Value] });
    }

    internal static MemberId ServerId { get; } = MemberId.Parse("spiffe://exchange.test/ops/interop");

    internal static MemberId ClientId { get; } = MemberId.Parse("spiffe://exchange.test/gov/tax");

    internal X509Certificate2 Anchor { get; }

    internal X509Certificate2 Server { get; }

    internal X509Certificate2 Client { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Anchor.Dispose();
        Server.Dispose();
        Client.Dispose();
    }

    /// <summary>What the JavaScript side needs to be one of the two. It never touches a disk.</summary>
    internal JsonObject PemOf(X509Certificate2 certificate) => new()
    {
        ["anchor"] = Anchor.ExportCertificatePem(),
        ["certificate"] = certificate.ExportCertificatePem(),
        ["key"] = DevelopmentAuthority.PrivateKeyPem(certificate),
        ["protos"] = Path.Combine(NodeScript.Folder, "..", "protos"),
    };
}
