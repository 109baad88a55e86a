using System.IO.Compression;
using System.IO.Pipelines;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Connections;
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

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders(HttpContext.Request.Headers);

    protected override CancellationToken CancellationTokenCore => _deadline?.Token ?? HttpContext.RequestAborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= PeerCertificate.Describe(HttpContext.Connection.ClientCertificate);

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

        if (_settings.ResponseCompression is { } level && Accepts(headers.GrpcAcceptEncoding.ToString(), HeaderName.Gzip))
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
    public async ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken = default)
        where T : class
    {
        var pipe = HttpContext.Request.BodyReader;
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken.CanBeCanceled ? cancellationToken : WaitToken);
            var buffer = result.Buffer;
            var (consumed, examined) = (buffer.Start, buffer.End);
            try
            {
                if (MessagePrefix.TryRead(buffer, _requestEncoding, _settings.MaxReceiveMessageSize, out var prefix)
                    && buffer.Length - MessagePrefix.Size >= prefix.Length)
                {
                    var payload = buffer.Slice(MessagePrefix.Size, prefix.Length);
                    consumed = examined = payload.End;
                    return MessageReader.Read(payload, prefix.Compressed, _settings.MaxReceiveMessageSize, marshaller);
                }

                if (result.IsCompleted)
                {
                    consumed = examined;
                    return buffer.IsEmpty ? null : throw new RpcException(new Status(StatusCode.Internal, "The request ends within a message."));
                }
            }
            finally
            {
                pipe.AdvanceTo(consumed, examined);
            }
        }
    }

    /// <summary>The one request message of a call that has exactly one.</summary>
    public async ValueTask<T> ReadSingleAsync<T>(Marshaller<T> marshaller)
        where T : class
    {
        var message = await ReadAsync(marshaller) ?? throw new RpcException(new Status(StatusCode.Internal, "The request has no message."));
        var pipe = HttpContext.Request.BodyReader;
        var rest = await pipe.ReadAsync(WaitToken);
        var isEnd = rest.IsCompleted && rest.Buffer.IsEmpty;
        pipe.AdvanceTo(rest.Buffer.End);
        return isEnd ? message : throw new RpcException(new Status(StatusCode.Internal, "The request has more than one message."));
    }

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
                Report(e);
                status = e.Status;
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
            _closed = closes;
        }

        ServerLog.DeadlinePassed(_settings.Logger, _method.FullName);
        if (closes)
        {
            await AnswerExpiredAsync();
        }

        _deadline!.Cancel();
    }

    /// <summary>Stops the timer; the call is over.</summary>
    public void Release() => _deadline?.Dispose();

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotImplementedException("Pass Deadline and CancellationToken to the call instead.");

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

            Write(HttpContext.Response.Headers, responseHeaders);
            _hasWritten = true;
            await FlushAsync(WaitToken);
        }
        finally
        {
            await EndWriteAsync();
        }
    }

    private static Metadata ReadHeaders(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            if (MetadataValue.IsReserved(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                MetadataValue.Decode(metadata, name, value ?? string.Empty);
            }
        }

        return metadata;
    }

    private static void Write(IHeaderDictionary headers, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (!MetadataValue.IsReserved(entry.Key))
            {
                headers.Append(entry.Key, MetadataValue.Encode(entry));
            }
        }
    }

    private static bool Accepts(ReadOnlySpan<char> accepted, ReadOnlySpan<char> encoding)
    {
        foreach (var part in accepted.Split(','))
        {
            if (accepted[part].Trim().SequenceEqual(encoding))
            {
                return true;
            }
        }

        return false;
    }

    private void Serialise<T>(T message, Marshaller<T> marshaller, WriteOptions? options)
    {
        var compression = ((options ?? WriteOptions)?.Flags & WriteFlags.NoCompress) is WriteFlags.NoCompress ? null : _compression;
        MessageWriter.Write(HttpContext.Response.BodyWriter, message, marshaller, _settings.MaxSendMessageSize, compression);
        _hasWritten = true;
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        FlushResult result = await HttpContext.Response.BodyWriter.FlushAsync(cancellationToken);
        if (result.IsCanceled || result.IsCompleted)
        {
            // The client has gone; a handler in a loop must notice.
            throw new OperationCanceledException("The client has ended the call.", CancellationToken);
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

            _closed = true;
        }

        return AnswerExpiredAsync();
    }

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

    private async ValueTask AnswerExpiredAsync()
    {
        // The handler may be changing its trailers at this moment: the deadline's answer goes without.
        Answer(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"), trailers: null);
        try
        {
            await HttpContext.Response.CompleteAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went at the same moment.
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
                Write(destination, trailers);
            }
        }
        catch (RpcException e)
        {
            status = Report(e);
        }

        Refusal.Write(destination, status);
    }

    private Status Report(Exception failure)
    {
        switch (failure)
        {
            case RpcException { Status: var status }:
                ServerLog.CallRefused(_settings.Logger, _method.FullName, status.StatusCode);
                return status;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new Status(StatusCode.ResourceExhausted, "The request is longer than the server allows.");
            case BadHttpRequestException or ConnectionAbortedException:
                return new Status(StatusCode.Internal, "The request is malformed.");
        }

        if (_settings.DetailedErrors)
        {
            ServerLog.HandlerFailedDetailed(_settings.Logger, _method.FullName, failure);
            return new Status(StatusCode.Unknown, $"Exception was thrown by handler. {failure.GetType().Name}: {failure.Message}");
        }

        ServerLog.HandlerFailed(_settings.Logger, _method.FullName, failure.GetType().ToString(), failure.StackTrace);
        return new Status(StatusCode.Unknown, "Exception was thrown by handler.");
    }
}
