using System.IO.Compression;
using System.IO.Pipelines;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// One call: the context that its handler sees, and the gate through which its answer goes. Two parties may want to answer, the request's own
/// thread and the deadline's timer; exactly one does:
/// <code>
///   open --BeginWrite--> writing --EndWrite--> open          messages and headers
///   open --TryClose----> closed                              the handler has ended, or the deadline has passed
///   writing, deadline passes: the writer, on its way out, finds that it has and closes
/// </code>
/// </summary>
internal sealed class ServerCall : ServerCallContext
{
    private readonly Lock _gate = new();
    private readonly IMethod _method;
    private readonly CallSettings _settings;
    private CallDeadline? _deadline;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private CompressionLevel? _compression;
    private string? _requestEncoding;
    private bool _hasWritten;
    private bool _writing;
    private bool _expired;
    private bool _closed;
    private TaskCompletionSource? _expiredAnswer;

    public ServerCall(HttpContext http, IMethod method, CallSettings settings)
    {
        HttpContext = http;
        _method = method;
        _settings = settings;
    }

    public HttpContext HttpContext { get; }

    protected override string MethodCore => _method.FullName;

    protected override string HostCore => HttpContext.Request.Host.Value ?? string.Empty;

    protected override string PeerCore => HttpContext.Connection switch
    {
        { RemoteIpAddress: null } => "unknown",
        { RemoteIpAddress.AddressFamily: AddressFamily.InterNetworkV6 } peer => $"ipv6:[{peer.RemoteIpAddress}]:{peer.RemotePort}",
        var peer => $"ipv4:{peer.RemoteIpAddress}:{peer.RemotePort}",
    };

    protected override DateTime DeadlineCore => _deadline?.Time.UtcDateTime ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= HeaderMetadata.Read(HttpContext.Request.Headers);

    protected override CancellationToken CancellationTokenCore => _deadline?.Token ?? HttpContext.RequestAborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= PeerCertificate.Describe(HttpContext.Connection.ClientCertificate);

    private PipeReader Requests => HttpContext.Request.BodyReader;

    /// <summary>The token of internal waits: only a deadline needs one, since the transport ends its own waits when the client goes.</summary>
    private CancellationToken WaitToken => _deadline?.Token ?? default;

    /// <summary>Reads the protocol's own headers. What it throws is the answer.</summary>
    public void Open()
    {
        HttpContext.Response.ContentType = HeaderName.ContentType;
        var headers = HttpContext.Request.Headers;
        if (headers.GrpcTimeout is { Count: > 0 } timeout)
        {
            if (!CallTimeout.TryParse(timeout.ToString(), out var left))
            {
                throw new RpcException(new Status(StatusCode.Internal, "The grpc-timeout is malformed."));
            }

            _deadline = CallDeadline.Start(this, _settings.Clock, left, HttpContext.RequestAborted);
        }

        _requestEncoding = headers.GrpcEncoding;
        if (_requestEncoding is not (null or HeaderName.Identity or HeaderName.Gzip))
        {
            HttpContext.Response.Headers.GrpcAcceptEncoding = HeaderName.Accepted;
            throw new RpcException(new Status(StatusCode.Unimplemented, $"The message encoding is not supported; {HeaderName.Accepted} are."));
        }

        if (_settings.ResponseCompression is { } level && HeaderMetadata.Accepts(headers.GrpcAcceptEncoding.ToString(), HeaderName.Gzip))
        {
            _compression = level;
            HttpContext.Response.Headers.GrpcEncoding = HeaderName.Gzip;
        }

        // Last: from here on the timer may answer, and then nobody else touches the response.
        _deadline?.Arm();
    }

    /// <summary>Lets a stream of requests last: limits of a whole body and its pace do not fit it.</summary>
    public void AllowLongRequest()
    {
        if (HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (HttpContext.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    /// <summary>The next request message; null at the end of the stream.</summary>
    public ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class =>
        RequestPipe.ReadAsync(Requests, marshaller, _requestEncoding, _settings.MaxReceiveMessageSize, cancellationToken.CanBeCanceled ? cancellationToken : WaitToken);

    /// <summary>The one request message of a call that has exactly one.</summary>
    public ValueTask<T> ReadSingleAsync<T>(Marshaller<T> marshaller)
        where T : class => RequestPipe.ReadSingleAsync(Requests, marshaller, _requestEncoding, _settings.MaxReceiveMessageSize, WaitToken);

    /// <summary>Writes a message of a stream and waits until the transport has room for more.</summary>
    public async Task WriteAsync<T>(T message, Marshaller<T> marshaller, WriteOptions? options, CancellationToken cancellationToken)
    {
        BeginWrite();
        try
        {
            Serialise(message, marshaller, options);
            if (((options ?? WriteOptions)?.Flags & WriteFlags.BufferHint) is not WriteFlags.BufferHint)
            {
                await FlushAsync(cancellationToken.CanBeCanceled ? cancellationToken : WaitToken);
            }
        }
        finally
        {
            await EndWriteAsync();
        }
    }

    /// <summary>
    /// Ends a call whose handler returned, with its only message if it has one. The server then sends headers, message and trailers in one flush.
    /// </summary>
    public void Complete<T>(T? message, Marshaller<T> marshaller)
        where T : class
    {
        if (!TryClose())
        {
            return;
        }

        var status = StatusCore;
        if (message is not null && status.StatusCode == StatusCode.OK)
        {
            try
            {
                Serialise(message, marshaller, WriteOptions);
            }
            catch (RpcException e)
            {
                status = Report(e);
            }
        }

        Answer(status, _responseTrailers);
    }

    /// <summary>Ends a call whose handler returned after it had written what it had to say.</summary>
    public void Complete()
    {
        if (TryClose())
        {
            Answer(StatusCore, _responseTrailers);
        }
    }

    /// <summary>Ends a call that failed.</summary>
    public void Fail(Exception failure)
    {
        if (!TryClose())
        {
            return;
        }

        if (HttpContext.RequestAborted.IsCancellationRequested)
        {
            ServerLog.CallCancelled(_settings.Logger, _method.FullName);
            return; // Nobody listens.
        }

        if (failure is RpcException refusal)
        {
            foreach (var entry in refusal.Trailers)
            {
                ResponseTrailers.Add(entry);
            }
        }

        Answer(Report(failure), _responseTrailers);
    }

    /// <summary>Ends a call whose deadline has passed: the handler's token fires, and the client has its answer even if the handler goes on.</summary>
    public async Task ExpireAsync()
    {
        bool closes;
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _expired = true;
            closes = !_writing;
            if (closes)
            {
                CloseExpired();
            }
        }

        ServerLog.DeadlinePassed(_settings.Logger, _method.FullName);
        if (closes)
        {
            await AnswerExpiredAsync();
        }

        _deadline!.Cancel();
    }

    /// <summary>
    /// Stops the timer; the call is over. The deadline's answer, once begun, is waited for: when the handler's task completes, the transport ends
    /// the response, with a status or without.
    /// </summary>
    public async ValueTask ReleaseAsync()
    {
        _deadline?.Dispose();
        if (_expiredAnswer is { } answer)
        {
            await answer.Task;
        }
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Pass Deadline and CancellationToken to the call instead.");

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        BeginWrite();
        try
        {
            if (HttpContext.Response.HasStarted)
            {
                throw new InvalidOperationException("Response headers are sent once, before any message.");
            }

            HeaderMetadata.Write(HttpContext.Response.Headers, responseHeaders);
            _hasWritten = true;
            await FlushAsync(WaitToken);
        }
        finally
        {
            await EndWriteAsync();
        }
    }

    private void Serialise<T>(T message, Marshaller<T> marshaller, WriteOptions? options)
    {
        var compression = ((options ?? WriteOptions)?.Flags & WriteFlags.NoCompress) is WriteFlags.NoCompress ? null : _compression;
        MessageWriter.Write(HttpContext.Response.BodyWriter, message, marshaller, _settings.MaxSendMessageSize, compression);
        _hasWritten = true;
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        var result = await HttpContext.Response.BodyWriter.FlushAsync(cancellationToken);
        if (result.IsCanceled || result.IsCompleted)
        {
            // The client has gone; a handler in a loop must notice.
            throw new ClientGoneException(null, CancellationToken);
        }
    }

    private void BeginWrite()
    {
        lock (_gate)
        {
            if (_closed || _expired)
            {
                throw _expired
                    ? new OperationCanceledException("The deadline has passed.", CancellationToken)
                    : new InvalidOperationException("The call has ended.");
            }

            if (_writing)
            {
                throw new InvalidOperationException("A write is pending; one at a time.");
            }

            _writing = true;
        }
    }

    private ValueTask EndWriteAsync()
    {
        lock (_gate)
        {
            _writing = false;
            if (!_expired || _closed)
            {
                return ValueTask.CompletedTask;
            }

            CloseExpired();
        }

        return AnswerExpiredAsync();
    }

    private Status Report(Exception failure) => FailureStatus.Of(failure, _method.FullName, _settings);

    private bool TryClose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            _closed = true;
            return true;
        }
    }

    /// <summary>Under the gate: nobody else answers from here on, and whoever finds the call closed waits for the answer.</summary>
    private void CloseExpired()
    {
        _closed = true;
        _expiredAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async ValueTask AnswerExpiredAsync()
    {
        try
        {
            // The handler may be changing its trailers at this moment: the deadline's answer goes without.
            Answer(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"), trailers: null);
            await HttpContext.Response.CompleteAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went at the same moment.
        }
        finally
        {
            _expiredAnswer!.SetResult();
        }
    }

    private void Answer(Status status, Metadata? trailers)
    {
        var response = HttpContext.Response;
        var destination = response.HasStarted || _hasWritten
            ? HttpContext.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : response.Headers;
        try
        {
            if (trailers is not null)
            {
                HeaderMetadata.Write(destination, trailers);
            }
        }
        catch (RpcException e)
        {
            status = Report(e);
        }

        Refusal.Write(destination, status);
    }
}
