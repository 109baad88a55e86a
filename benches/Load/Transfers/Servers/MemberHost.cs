using System.Security.Cryptography.X509Certificates;
using Exchange.Benches.Load.Servers;
using Exchange.Identity;
using Exchange.Node;
using Exchange.Node.Admission;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>Provider and relay: the node's own limits, and whoever has a certificate of the run's authority is let in.</summary>
internal static class MemberHost
{
    /// <summary>More than any run has in flight on a connection, so that no arm waits for a stream.</summary>
    private const int StreamsPerConnection = 1024;

    private const int LargestMessage = 1024 * 1024;

    public static Task<(WebApplication App, int Port)> StartAsync<TService>(TService service, X509Certificate2 own, X509Certificate2 anchor)
        where TService : class => new LoopbackHost
        {
            Own = own,
            Admits = presented => CertificateChain.IsSound(presented, null, anchor, CertificateChain.ClientAuthentication, TimeProvider.System.GetUtcNow()),
            Limits = limits => TransportLimits.Apply(limits, new NodeLimits { StreamsPerConnection = StreamsPerConnection }),
            Services = services => services.AddSingleton(service).AddGrpc(options => options.MaxReceiveMessageSize = LargestMessage),
            Map = app =>
            {
                app.UseRouting();
                app.MapGrpcService<TService>();
            },
        }.StartAsync();
}
