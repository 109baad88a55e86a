using Exchange.Interop.Tests.Testing;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Interop.Tests.Cases;

/// <summary>The server's part of the test description, on our runtime; it tells the <see cref="CallBook"/> what it saw.</summary>
internal sealed class TestPeer : TestService.TestServiceBase
{
    private const string InitialKey = "x-grpc-test-echo-initial";
    private const string TrailingKey = "x-grpc-test-echo-trailing-bin";

    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => ServeAsync(context, _ =>
    {
        request.CalculateSize().ShouldBe(0);
        return Task.FromResult(new Empty());
    });

    public override Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context) => ServeAsync(context, async sizes =>
    {
        sizes.Add(SizeOf(request.Payload));
        ExpectCompressed(request.ExpectCompressed, context, 0);
        await EchoMetadataAsync(context);
        EchoStatus(request.ResponseStatus);
        context.WriteOptions = Options(request.ResponseCompressed);
        return new SimpleResponse { Payload = Zeros(request.ResponseSize) };
    });

    public override Task StreamingOutputCall(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context) =>
        ServeAsync(context, async sizes =>
        {
            await AnswerAsync(request, responseStream, sizes);
            return true;
        });

    public override Task<StreamingInputCallResponse> StreamingInputCall(IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context) =>
        ServeAsync(context, async sizes =>
        {
            await foreach (var request in requestStream.ReadAllAsync())
            {
                ExpectCompressed(request.ExpectCompressed, context, sizes.Count);
                sizes.Add(SizeOf(request.Payload));
            }

            return new StreamingInputCallResponse { AggregatedPayloadSize = sizes.Sum() };
        });

    public override Task FullDuplexCall(IAsyncStreamReader<StreamingOutputCallRequest> requestStream, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context) =>
        ServeAsync(context, async sizes =>
        {
            await EchoMetadataAsync(context);
            await foreach (var request in requestStream.ReadAllAsync())
            {
                EchoStatus(request.ResponseStatus);
                await AnswerAsync(request, responseStream, sizes);
            }

            return true;
        });

    private static async Task AnswerAsync(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, List<int> sizes)
    {
        sizes.Add(SizeOf(request.Payload));
        foreach (var parameters in request.ResponseParameters)
        {
            responses.WriteOptions = Options(parameters.Compressed);
            await responses.WriteAsync(new StreamingOutputCallResponse { Payload = Zeros(parameters.Size) });
        }
    }

    private static void ExpectCompressed(BoolValue? expected, ServerCallContext context, int message)
    {
        if (expected is not null && (Call(context).Requests.ToString()[message] == '1') != expected.Value)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The compressed flag is not the expected one."));
        }
    }

    private static async Task EchoMetadataAsync(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValueBytes(TrailingKey) is { } trailing)
        {
            context.ResponseTrailers.Add(TrailingKey, trailing);
        }

        if (context.RequestHeaders.GetValue(InitialKey) is { } initial)
        {
            await context.WriteResponseHeadersAsync([new Metadata.Entry(InitialKey, initial)]);
        }
    }

    private static void EchoStatus(EchoStatus? asked)
    {
        if (asked is not null)
        {
            throw new RpcException(new Status((StatusCode)asked.Code, asked.Message));
        }
    }

    private static WriteOptions Options(BoolValue? compressed) => new(compressed is { Value: true } ? default : WriteFlags.NoCompress);

    private static Payload Zeros(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };

    private static int SizeOf(Payload? payload) => payload is null ? 0 : payload.Body.Span.ContainsAnyExcept((byte)0) ? -1 : payload.Body.Length;

    private static ServedCall Call(ServerCallContext context) => context.GetHttpContext().Features.GetRequiredFeature<ServedCall>();

    private static async Task<T> ServeAsync<T>(ServerCallContext context, Func<List<int>, Task<T>> handler)
    {
        var call = Call(context);
        try
        {
            var result = await handler(call.Sizes);
            call.Ended = nameof(StatusCode.OK);
            return result;
        }
        catch (RpcException e)
        {
            call.Ended = e.StatusCode.ToString();
            throw;
        }
        catch (Exception e) when (e is OperationCanceledException || context.CancellationToken.IsCancellationRequested)
        {
            // A read or write can notice that the client has gone a moment before the token fires.
            call.Ended = nameof(StatusCode.Cancelled);
            throw;
        }
    }
}
