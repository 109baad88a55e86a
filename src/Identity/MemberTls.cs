using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Vocabulary;

namespace Exchange.Identity;

/// <summary>
/// How one party of the exchange connects to another: TLS 1.3 without resumption, its own certificate, and on the other side exactly the
/// party that is expected, under that party's own anchor. Host names say nothing here.
/// </summary>
public static class MemberTls
{
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromHours(1);

    /// <summary>By how many thousandths a connection's life may fall short, so that those which were made together are not replaced together.</summary>
    private const int Spread = 100;

    /// <summary>Several connections to one party, over which requests are spread.</summary>
    /// <param name="own">This side's certificate with its private key.</param>
    /// <param name="expected">The id that the other side's certificate must bear.</param>
    /// <param name="anchor">The one root that it must chain to.</param>
    /// <param name="clock">By which its validity is judged.</param>
    /// <param name="connectTimeout">How long connecting may take.</param>
    /// <param name="count">How many, at least one.</param>
    public static HttpMessageHandler Connections(X509Certificate2 own, MemberId expected, X509Certificate2 anchor, TimeProvider clock, TimeSpan connectTimeout, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new SpreadHandler(Enumerable.Range(0, count).Select(_ => Handler(own, expected, anchor, clock, connectTimeout)), clock);
    }

    /// <summary>An HTTP/2 handler for connections to one party.</summary>
    /// <param name="own">This side's certificate with its private key.</param>
    /// <param name="expected">The id that the other side's certificate must bear.</param>
    /// <param name="anchor">The one root that it must chain to.</param>
    /// <param name="clock">By which its validity is judged.</param>
    /// <param name="connectTimeout">How long connecting may take.</param>
    public static SocketsHttpHandler Handler(X509Certificate2 own, MemberId expected, X509Certificate2 anchor, TimeProvider clock, TimeSpan connectTimeout) => new()
    {
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = ConnectionLife * (1 - (RandomNumberGenerator.GetInt32(Spread + 1) / 1000.0)),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        EnableMultipleHttp2Connections = true,

        // What a call does not use and would pay for: a peer neither sends this side elsewhere nor leaves anything with it, and no trace id goes to it.
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            AllowTlsResume = false,
            ClientCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                certificate is X509Certificate2 presented
                && CertificateIdentity.TryRead(presented, out var id)
                && id == expected
                && CertificateChain.IsSound(presented, chain?.ChainPolicy.ExtraStore, anchor, CertificateChain.ServerAuthentication, clock.GetUtcNow()),
        },
    };
}
