using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Exchange.Identity;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity;

/// <summary>
/// Decides in the handshake: a member's certificate must chain to that member's own anchor. A certificate that names no member may
/// chain to any anchor of the registry, so that its holder is told UNAUTHENTICATED; all else gets no connection.
/// </summary>
internal sealed class ClientHandshake(MemberRegistry registry, TimeProvider clock)
{
    /// <summary>The registry as it stood when the handshake began: what is proved is proved to its anchors.</summary>
    internal MemberRegistry Registry => registry;

    internal bool Accepts(object sender, X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        _ = errors; // They speak of the machine's own trust store, which decides nothing here.
        if (presented is not X509Certificate2 certificate || !CertificateIdentity.TryRead(certificate, out var id))
        {
            return false;
        }

        var sent = chain?.ChainPolicy.ExtraStore;
        if (registry.TryFind(id, out var member))
        {
            return IsSound(certificate, sent, member.Anchor);
        }

        foreach (var anchor in registry.Anchors)
        {
            if (IsSound(certificate, sent, anchor))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsSound(X509Certificate2 certificate, X509Certificate2Collection? sent, X509Certificate2 anchor) =>
        CertificateChain.IsSound(certificate, sent, anchor, CertificateChain.ClientAuthentication, clock.GetUtcNow());
}
