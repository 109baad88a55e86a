using System.Security.Cryptography.X509Certificates;
using Exchange.Benches.Load.Servers;
using Microsoft.AspNetCore.Builder;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>Kestrel as it comes, with the node's certificate. It knows its one client's certificate byte for byte, resumes no session, and serves nothing.</summary>
internal static class BareKestrel
{
    public static Task<(WebApplication App, int Port)> StartAsync(X509Certificate2 own, byte[] client) => new LoopbackHost
    {
        Own = own,
        Admits = presented => SelfSigned.IsSame(presented, client),
        Tls = https => https.OnAuthenticate = (_, tls) => tls.AllowTlsResume = false,
    }.StartAsync();
}
