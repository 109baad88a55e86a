using System.Collections.Concurrent;
using System.Reflection;
using Grpc.Core;
using Grpc.Net.Client.Calls;
using Grpc.Net.Client.Connections;

namespace Grpc.Net.Client;

/// <summary>
/// A way to a server. Calls share its HTTP/2 connections, which <see cref="SocketsHttpHandler"/> opens, keeps and replaces. Made once and kept;
/// safe for concurrent use.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private const string DirectHandler = "Grpc.Net.Client.DirectHandler";

    private readonly ConcurrentDictionary<string, Uri> _addresses = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Uri _address;
    private readonly HttpMessageInvoker _http;
    private readonly bool _ownsHttp;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        if (options.HttpClient is not null && options.HttpHandler is not null)
        {
            throw new ArgumentException($"{nameof(options.HttpClient)} and {nameof(options.HttpHandler)} exclude each other.", nameof(options));
        }

        _address = address;
        _ownsHttp = options.DisposeHttpClient || (options.HttpClient ?? (object?)options.HttpHandler) is null;
        _http = options.HttpClient ?? new HttpMessageInvoker(options.HttpHandler ?? DefaultHandler(), _ownsHttp);
        MaxSendMessageSize = options.MaxSendMessageSize;
        MaxReceiveMessageSize = options.MaxReceiveMessageSize;
        ThrowsOperationCanceled = options.ThrowOperationCanceledOnCancellation;
        Clock = options.Clock;
        IsDirect = options.HttpClient is null && (options.HttpHandler is null or SocketsHttpHandler || HandsOn(options.HttpHandler));
        Cancellations = new Cancellations(_closing.Token, reuses: IsDirect);
        Reconnecting = new Reconnecting(options.InitialReconnectBackoff, options.MaxReconnectBackoff, options.Clock);
        Closing = _closing.Token;
    }

    internal int? MaxSendMessageSize { get; }

    internal int? MaxReceiveMessageSize { get; }

    internal bool ThrowsOperationCanceled { get; }

    internal TimeProvider Clock { get; }

    /// <summary>Whether calls go to <see cref="SocketsHttpHandler"/> without a handler of somebody else's making between.</summary>
    internal bool IsDirect { get; }

    internal Cancellations Cancellations { get; }

    /// <summary>When the channel may connect again after a failure.</summary>
    internal Reconnecting Reconnecting { get; }

    /// <summary>Fires when the channel is disposed: its calls are cancelled.</summary>
    internal CancellationToken Closing { get; }

    /// <summary>A channel to <c>http://host:port</c> (HTTP/2 without TLS) or <c>https://host:port</c>.</summary>
    public static GrpcChannel ForAddress(string address) => ForAddress(new Uri(address), new GrpcChannelOptions());

    /// <summary>A channel with options.</summary>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    /// <summary>A channel to <c>http://host:port</c> (HTTP/2 without TLS) or <c>https://host:port</c>.</summary>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel with options.</summary>
    /// <exception cref="ArgumentException">The address is neither http nor https, or the options contradict each other.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps
            ? new GrpcChannel(address, channelOptions)
            : throw new ArgumentException($"The address '{address}' is neither http nor https.", nameof(address));
    }

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(Closing.IsCancellationRequested, this);
        return new ChannelCallInvoker(this);
    }

    /// <summary>Ends the channel; calls that are running are cancelled.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        if (_ownsHttp)
        {
            _http.Dispose();
        }
    }

    internal Uri AddressOf(IMethod method) => _addresses.GetOrAdd(method.FullName, static (path, server) => new Uri(server, path), _address);

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _http is HttpClient client
        ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
        : _http.SendAsync(request, cancellationToken);

    /// <summary>Whether a handler's assembly says of it that it hands requests to the transport as they are (README, "Handlers between").</summary>
    private static bool HandsOn(HttpMessageHandler handler)
    {
        var type = handler.GetType();
        return type.Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Any(named => named.Key == DirectHandler && named.Value == type.FullName);
    }

    private static SocketsHttpHandler DefaultHandler() => new()
    {
        AllowAutoRedirect = false,
        EnableMultipleHttp2Connections = true,
        UseCookies = false,
    };
}
