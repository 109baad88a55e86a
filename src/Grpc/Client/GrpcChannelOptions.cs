namespace Grpc.Net.Client;

/// <summary>Options of a channel.</summary>
public sealed class GrpcChannelOptions
{
    private const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    private TimeSpan _initialReconnectBackoff = TimeSpan.FromSeconds(1);
    private TimeSpan? _maxReconnectBackoff = TimeSpan.FromMinutes(2);

    /// <summary>The longest message that the client sends, in bytes; null, the default, for no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>
    /// The longest message that the client receives, in bytes, compressed or not; 4 MiB unless set, null for no limit. It is checked on the
    /// message's prefix, before anything is buffered.
    /// </summary>
    public int? MaxReceiveMessageSize { get; set; } = DefaultMaxReceiveMessageSize;

    /// <summary>The client to call through; not together with <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>The handler to call through, for instance a <see cref="SocketsHttpHandler"/> with certificates; not together with <see cref="HttpClient"/>.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether the channel, disposed, disposes the client or handler that it was given.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Whether a cancelled call throws <see cref="OperationCanceledException"/> in place of <see cref="Core.RpcException"/>.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>
    /// How long the channel waits after a failed connect before the next one, one second unless set; each further failure makes it 1.6 times as
    /// long, give or take a fifth (grpc/doc/connection-backoff.md). Calls that come meanwhile fail at once with UNAVAILABLE.
    /// </summary>
    /// <exception cref="ArgumentException">Not above zero.</exception>
    public TimeSpan InitialReconnectBackoff
    {
        get => _initialReconnectBackoff;
        set => _initialReconnectBackoff = value > TimeSpan.Zero ? value : throw new ArgumentException("The pause must be above zero.", nameof(value));
    }

    /// <summary>The longest such wait, before its jitter: two minutes unless set, null for no limit.</summary>
    /// <exception cref="ArgumentException">Not above zero.</exception>
    public TimeSpan? MaxReconnectBackoff
    {
        get => _maxReconnectBackoff;
        set => _maxReconnectBackoff = value is null || value > TimeSpan.Zero ? value : throw new ArgumentException("The pause must be above zero.", nameof(value));
    }

    /// <summary>The clock of deadlines and pauses.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;
}
