using System.Net.Security;
using System.Net.Sockets;
using Exchange.Client;
using Exchange.Identity;

namespace Exchange.Node.Tests.Connections;

/// <summary>A member's connection, frame by frame, over the TLS that members use.</summary>
internal static class MemberWire
{
    public static async Task<Http2Wire> ConnectAsync(ExchangeClientOptions options)
    {
        using var handler = MemberTls.Handler(options.Certificate, options.NodeId, options.Anchor, TimeProvider.System, TimeSpan.FromSeconds(5));
        var settings = handler.SslOptions;
        settings.TargetHost = options.Node.Host;
        settings.ApplicationProtocols = [SslApplicationProtocol.Http2];
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(options.Node.Host, options.Node.Port);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(settings);
        return await Http2Wire.BeginAsync(tls);
    }
}
