using System.Net.Sockets;

namespace Exchange.Identity;

/// <summary>One connection of a <see cref="SpreadHandler"/>, and whether it stands.</summary>
internal sealed class Lane : IDisposable
{
    private static readonly TimeSpan PassOver = TimeSpan.FromSeconds(1);

    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _connectTimeout;
    private Connection? _connection;
    private volatile bool _stands;
    private long _notBefore = long.MinValue;

    internal Lane(SocketsHttpHandler handler, TimeProvider clock)
    {
        _clock = clock;
        _connectTimeout = handler.ConnectTimeout == Timeout.InfiniteTimeSpan ? PassOver : handler.ConnectTimeout;
        handler.ConnectCallback = ConnectAsync;
        _http = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>Whether the connection has answered and has not ended.</summary>
    internal bool Stands => _stands;

    /// <summary>Whether a request may go this way: the connection stands, or nobody has tried it lately.</summary>
    internal bool IsReady => _stands || _clock.GetTimestamp() >= Volatile.Read(ref _notBefore);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _http.SendAsync(request, cancellationToken);

    /// <summary>Sends, and learns whether the connection stands: TLS, which comes after the connect, may still refuse it.</summary>
    internal async Task<HttpResponseMessage> TryAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            _stands = true;
            Interlocked.MemoryBarrier(); // The connection may end at this moment: whoever of the two looks last sees the other.
            if (Volatile.Read(ref _connection) is null)
            {
                _stands = false;
            }

            return response;
        }
        catch (Exception e) when (e is HttpRequestException || IsTimeout(e))
        {
            Leave(PassOver);
            throw;
        }
    }

    /// <summary>Whether no connection could be made, so that nothing was sent.</summary>
    internal static bool IsConnect(Exception failure) => IsTimeout(failure) || failure is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
    };

    /// <summary>Whether connecting took too long; the caller's own cancellation has no such cause.</summary>
    private static bool IsTimeout(Exception failure) => failure is OperationCanceledException { InnerException: TimeoutException };

    /// <summary>Connects as the handler would by itself, and takes note: until it has answered, requests go over connections that stand.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Leave(_connectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            var connection = new Connection(socket, this);
            Volatile.Write(ref _connection, connection);
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Leave(TimeSpan time)
    {
        Volatile.Write(ref _notBefore, _clock.GetTimestamp() + (long)(time.TotalSeconds * _clock.TimestampFrequency));
        _stands = false;
    }

    /// <summary>The transport disposes its stream when the connection has ended, whoever ended it.</summary>
    private void Ended(Connection connection)
    {
        if (Interlocked.CompareExchange(ref _connection, null, connection) == connection)
        {
            _stands = false;
        }
    }

    private sealed class Connection(Socket socket, Lane lane) : NetworkStream(socket, ownsSocket: true)
    {
        protected override void Dispose(bool disposing)
        {
            lane.Ended(this);
            base.Dispose(disposing);
        }
    }
}
