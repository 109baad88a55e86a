using Microsoft.AspNetCore.Server.Kestrel.Core;
using Serilog.Extensions.Logging;

namespace Exchange.Node.Admission;

/// <summary>
/// What one connection may cost before a service has seen a call of it. Most of these are the server's own defaults: they are written down
/// because the node relies on them, and so that a default that changes does not change the node.
/// </summary>
internal static class TransportLimits
{
    /// <summary>A request names fields and a subject; more than this is not one.</summary>
    internal const int MaximumRequestBytes = 256 * 1024;

    /// <summary>The longest request on the wire: the message behind its prefix of five bytes.</summary>
    private const int MaximumBodyBytes = MaximumRequestBytes + 5;

    private const string Http2Server = "Microsoft.AspNetCore.Server.Kestrel.Http2";
    private const int HeaderBytes = 16 * 1024;
    private const int Headers = 64;

    /// <summary>240 bytes a second, after five seconds of grace: slower than any line that carries TLS, faster than who holds a call for sport.</summary>
    private static readonly MinDataRate SlowestPeer = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>
    /// Floods are counted, not logged one by one. The HTTP/2 server calls it critical when a peer makes it queue too much, and says so several times
    /// a connection; its meter counts the same connections by the reason of their end (<c>kestrel.connection.duration</c>, <c>error.type</c>).
    /// </summary>
    internal static void KeepQuiet(ILoggingBuilder logging) => logging.AddFilter(Http2Server, LogLevel.None).AddFilter<SerilogLoggerProvider>(Http2Server, LogLevel.None);

    internal static void Apply(KestrelServerLimits limits, NodeLimits configured)
    {
        limits.MaxConcurrentConnections = configured.Connections;
        limits.MaxRequestBodySize = MaximumBodyBytes;
        limits.MaxRequestHeadersTotalSize = HeaderBytes;
        limits.MaxRequestHeaderCount = Headers;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        limits.MinRequestBodyDataRate = SlowestPeer;
        limits.MinResponseDataRate = SlowestPeer;
        limits.MaxResponseBufferSize = 64 * 1024;

        var http2 = limits.Http2;
        http2.MaxStreamsPerConnection = configured.StreamsPerConnection;
        http2.MaxRequestHeaderFieldSize = HeaderBytes;
        http2.HeaderTableSize = 4 * 1024;
        http2.MaxFrameSize = 16 * 1024;
        http2.KeepAlivePingDelay = configured.PingDelay;
        http2.KeepAlivePingTimeout = configured.PingTimeout;

        // A whole request fits into its stream's window and never waits for it; all streams together share the connection's, which is
        // what a member can make the node hold unread.
        http2.InitialStreamWindowSize = MaximumBodyBytes;
        http2.InitialConnectionWindowSize = 1024 * 1024;
    }
}
