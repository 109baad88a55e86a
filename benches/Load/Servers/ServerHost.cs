using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Benches.Load.Servers;

/// <summary>The servers of the echo: only what answers differs.</summary>
internal static class ServerHost
{
    /// <summary>More than any run has in flight on a connection, so that no arm waits for a stream.</summary>
    private const int MaxStreamsPerConnection = 2048;

    public static Task<(WebApplication App, int Port)> StartAsync(ServerKind kind, X509Certificate2 own, byte[] client) => new LoopbackHost
    {
        Own = own,
        Admits = presented => SelfSigned.IsSame(presented, client),
        Limits = limits => limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection,
        Services = services => services.AddSingleton<RuntimeEcho>().AddSingleton<StubEcho>().AddGrpc(),
        Map = app => Map(app, kind),
    }.StartAsync();

    private static void Map(WebApplication app, ServerKind kind)
    {
        if (kind == ServerKind.Bare)
        {
            app.Run(BareEcho.HandleAsync);
            return;
        }

        app.UseRouting();
        app.MapGrpcService<RuntimeEcho>();
        app.MapGrpcService<StubEcho>();
    }
}
