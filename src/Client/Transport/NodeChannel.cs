using Exchange.Identity;
using Grpc.Net.Client;

namespace Exchange.Client.Transport;

/// <summary>A channel to one node: the member's certificate on this side, and on the other the node's own id under its own anchor.</summary>
internal static class NodeChannel
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    internal static GrpcChannel Open(ExchangeClientOptions options) => GrpcChannel.ForAddress(options.Node, new GrpcChannelOptions
    {
        HttpHandler = MemberTls.Handler(options.Certificate, options.NodeId, options.Anchor, options.Clock, ConnectTimeout),
        DisposeHttpClient = true,
        MaxReceiveMessageSize = options.MaximumPageBytes,
    });
}
