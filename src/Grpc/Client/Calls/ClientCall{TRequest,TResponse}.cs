using System.IO.Compression;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>A call with its messages. The four kinds differ in two choices: one request or a stream, one response or a stream.</summary>
internal sealed class ClientCall<TRequest, TResponse>(GrpcChannel channel, Method<TRequest, TResponse> method, string? host, in CallOptions options)
    : ClientCall(channel, host, options)
    where TRequest : class
    where TResponse : class
{
    private RequestContent? _content;
    private FrameReader? _frames;
    private Task? _running;

    protected override IMethod Method => method;

    protected override bool HasSentRequest => _content is SingleContent { HasBeenSent: true };

    protected override bool StreamsRequests => _content is RequestStreamContent;

    public void Serialise(PooledBuffer buffer, TRequest request, WriteOptions? writeOptions)
    {
        var compresses = Compresses && (writeOptions?.Flags & WriteFlags.NoCompress) is not WriteFlags.NoCompress;
        MessageWriter.Write(buffer, request, method.RequestMarshaller, Channel.MaxSendMessageSize, compresses ? CompressionLevel.Fastest : null);
    }

    /// <summary>Runs a call with one request and one response to its end.</summary>
    public Task<TResponse> Ask(TRequest request) => AskAsync(request, null);

    /// <summary>Runs a call with one response to its end.</summary>
    public Task<TResponse> Ask(RequestStreamContent requests)
    {
        var response = AskAsync(null, requests);
        _running = response;
        return response;
    }

    /// <summary>Begins a call with one request and a stream of responses, which are then read one at a time.</summary>
    public void Listen(TRequest request) => _running = OpenAsync(request, null);

    /// <summary>Begins a call with two streams.</summary>
    public void Listen(RequestStreamContent requests) => _running = OpenAsync(null, requests);

    private async Task<TResponse> AskAsync(TRequest? request, RequestContent? requests)
    {
        TryEnter();
        try
        {
            return await RunAsync(request, requests).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.OK)
        {
            // Trailers only, and OK: there will be no message, and this call needs one.
            throw Fail(new RpcException(new Status(StatusCode.Internal, "The response has no message."), e.Trailers));
        }
        catch (Exception e)
        {
            // Everything: a call ends with a status, whatever ended it.
            throw Fail(e);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TResponse> RunAsync(TRequest? request, RequestContent? requests)
    {
        _content = requests ?? Single(request);
        await OpenAsync(_content, idles: false).ConfigureAwait(false);
        _frames = new FrameReader(await BodyAsync().ConfigureAwait(false), ResponseEncoding, Channel.MaxReceiveMessageSize);
        var message = await _frames.ReadAsync(method.ResponseMarshaller, Token).ConfigureAwait(false);
        if (message is not null && !await _frames.IsAtEndAsync(Token).ConfigureAwait(false))
        {
            throw new RpcException(new Status(StatusCode.Internal, "The response has more than one message."));
        }

        var status = TrailingStatus();
        if (message is null && status.StatusCode == StatusCode.OK)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The response has no message."));
        }

        Finish(status);
        return message!;
    }

    /// <summary>The next response; null when the call has ended with OK.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TResponse?> ReadAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static call => ((ClientCall)call!).Cancel(new Status(StatusCode.Cancelled, "The call was cancelled by its reader.")), this);
        await _running!.ConfigureAwait(false);
        if (!TryEnter())
        {
            var ended = GetStatus();
            return ended.StatusCode == StatusCode.OK ? null : throw new RpcException(ended, GetTrailers());
        }

        try
        {
            if (await _frames!.ReadAsync(method.ResponseMarshaller, Token).ConfigureAwait(false) is { } message)
            {
                Leave();
                return message;
            }

            Finish(TrailingStatus());
            return null;
        }
        catch (Exception e)
        {
            throw Fail(e);
        }
    }

    protected override void Release()
    {
        base.Release();
        _frames?.Release();
        _content?.End();
    }

    /// <summary>
    /// Why a write failed. The server may have answered early, and its status says more than the broken stream does: it is waited for, since
    /// it is on its way or the stream is already known to be lost.
    /// </summary>
    public async Task<Exception> ExplainWriteAsync(Exception failure)
    {
        await _running!.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return EndStatus switch
        {
            null => new RpcException(TransportFailure.Explain(failure)),
            { StatusCode: StatusCode.OK } => new InvalidOperationException("The server has ended the call; it takes no more requests.", failure),
            { } status => new RpcException(status, GetTrailers()),
        };
    }

    private async Task OpenAsync(TRequest? request, RequestContent? requests)
    {
        TryEnter();
        try
        {
            _content = requests ?? Single(request);
            await OpenAsync(_content, idles: true).ConfigureAwait(false);
            _frames = new FrameReader(await BodyAsync().ConfigureAwait(false), ResponseEncoding, Channel.MaxReceiveMessageSize);
            Leave();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.OK)
        {
            Fail(e); // Trailers only, and OK: a stream without messages.
        }
        catch (Exception e)
        {
            throw Fail(e);
        }
    }

    private SingleContent Single(TRequest? request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var content = new SingleContent();
        Serialise(content.Message, request, WriteOptions);
        return content;
    }
}
