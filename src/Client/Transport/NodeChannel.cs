using Exchange.Identity;
using Grpc.Net.Client;

namespace Exchange.Client.Transport;

/// <summary>A channel to one node: the member's certificate on this side, and on the other the node's own id under its own anchor.</summary>
internal static class NodeChannel
{
    /// <summary>The longest between two attempts to connect: who comes back should not be waited for much longer than it took.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    internal static GrpcChannel Open(ExchangeClientOptions options) => GrpcChannel.ForAddress(options.Node, new GrpcChannelOptions
    {
        HttpHandler = MemberTls.Connections(options.Certificate, options.NodeId, options.Anchor, options.Clock, ConnectTimeout, options.Connections),
        DisposeHttpClient = true,
        MaxReconnectBackoff = LongestPause,
        MaxReceiveMessageSize = options.MaximumPageBytes,
    });
}
