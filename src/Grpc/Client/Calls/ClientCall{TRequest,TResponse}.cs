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
    private IRequestBody? _body;
    private FrameReader? _frames;
    private Task? _running;

    protected override IMethod Method => method;

    protected override bool HasSentRequest => _body is SingleContent { HasBeenSent: true };

    protected override bool StreamsRequests => _body is RequestStreamContent;

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

    /// <summary>The whole call in one method: each further one would be an object more and a step more for every call.</summary>
    private async Task<TResponse> AskAsync(TRequest? request, RequestStreamContent? requests)
    {
        TryEnter();
        try
        {
            var message = Begin(Body(request, requests), idles: false, out var seen);
            HttpResponseMessage response;
            try
            {
                response = await Channel.SendAsync(message, Token).ConfigureAwait(false);
            }
            catch (Exception e) when (Channel.Reconnecting.Failed(seen, e))
            {
                throw; // Never: the filter only looks on.
            }

            Open(response);
            _frames = new FrameReader(await BodyAsync().ConfigureAwait(false), ResponseEncoding, Channel.MaxReceiveMessageSize);
            var answer = await _frames.ReadAsync(method.ResponseMarshaller, Token).ConfigureAwait(false);
            if (answer is not null && !await _frames.IsAtEndAsync(Token).ConfigureAwait(false))
            {
                throw new RpcException(new Status(StatusCode.Internal, "The response has more than one message."));
            }

            var status = TrailingStatus();
            if (answer is null && status.StatusCode == StatusCode.OK)
            {
                throw new RpcException(new Status(StatusCode.Internal, "The response has no message."));
            }

            Finish(status);
            return answer!;
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
        _body?.End();
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

    private async Task OpenAsync(TRequest? request, RequestStreamContent? requests)
    {
        TryEnter();
        try
        {
            var message = Begin(Body(request, requests), idles: true, out var seen);
            HttpResponseMessage response;
            try
            {
                response = await Channel.SendAsync(message, Token).ConfigureAwait(false);
            }
            catch (Exception e) when (Channel.Reconnecting.Failed(seen, e))
            {
                throw; // Never: the filter only looks on.
            }

            Open(response);
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

    private HttpContent Body(TRequest? request, RequestStreamContent? requests)
    {
        if (requests is not null)
        {
            _body = requests;
            return requests;
        }

        ArgumentNullException.ThrowIfNull(request);
        var single = new SingleContent();
        _body = single; // First: whatever the marshaller does, the buffer is let go of with the call.
        Serialise(single.Message, request, WriteOptions);
        return single;
    }
}
