using Exchange.Interop.Tests.Testing;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Interop.Tests.Cases;

/// <summary>
/// The cases of gRPC's interoperability test description with our runtime as client and grpc-js as server, over the mutual TLS that members use.
/// What comes back is judged here, and so is what the server says it saw.
/// </summary>
[Collection(JavaScriptServerGroup.Name)]
public sealed class WeCallJavaScriptTests(JavaScriptServer server)
{
    private const int LargeRequest = 271828;
    private const int LargeResponse = 314159;
    private const string InitialKey = "x-grpc-test-echo-initial";
    private const string TrailingKey = "x-grpc-test-echo-trailing-bin";

    [NodeFact]
    public async Task Empty_unary()
    {
        var response = await (await server.ClientAsync()).EmptyCallAsync(new Empty(), Named("empty_unary"));

        response.CalculateSize().ShouldBe(0);
        (await SawAsync("empty_unary", "OK")).Peer.ShouldBe($"URI:{Parties.ClientId}");
    }

    [NodeFact]
    public async Task Large_unary()
    {
        SizeOf((await (await server.ClientAsync()).UnaryCallAsync(Large(), Named("large_unary"))).Payload).ShouldBe(LargeResponse);

        (await SawAsync("large_unary", "OK")).Sizes.ShouldBe([LargeRequest]);
    }

    [NodeFact]
    public async Task Concurrent_large_unary()
    {
        var client = await server.ClientAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.UnaryCallAsync(Large(), Named("concurrent_large_unary")).ResponseAsync));

        responses.ShouldAllBe(response => SizeOf(response.Payload) == LargeResponse);
        (await server.ServedAsync("concurrent_large_unary", 100)).ShouldAllBe(call => call.Ended == "OK" && call.Sizes.Single() == LargeRequest);
    }

    [NodeFact]
    public async Task Client_streaming()
    {
        using var call = (await server.ClientAsync()).StreamingInputCall(Named("client_streaming"));
        foreach (var size in new[] { 27182, 8, 1828, 45904 })
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(size) });
        }

        await call.RequestStream.CompleteAsync();

        (await call).AggregatedPayloadSize.ShouldBe(74922);
        (await SawAsync("client_streaming", "OK")).Sizes.ShouldBe([27182, 8, 1828, 45904]);
    }

    [NodeFact]
    public async Task Server_streaming()
    {
        using var call = (await server.ClientAsync()).StreamingOutputCall(Asking(31415, 9, 2653, 58979), Named("server_streaming"));

        (await SizesAsync(call.ResponseStream)).ShouldBe([31415, 9, 2653, 58979]);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        await SawAsync("server_streaming", "OK");
    }

    [NodeFact]
    public async Task Ping_pong()
    {
        using var call = (await server.ClientAsync()).FullDuplexCall(Named("ping_pong"));
        foreach (var (request, response) in new[] { (27182, 31415), (8, 9), (1828, 2653), (45904, 58979) })
        {
            await call.RequestStream.WriteAsync(Asking(request, [response]));
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
            SizeOf(call.ResponseStream.Current.Payload).ShouldBe(response);
        }

        await call.RequestStream.CompleteAsync();

        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        (await SawAsync("ping_pong", "OK")).Sizes.ShouldBe([27182, 8, 1828, 45904]);
    }

    [NodeFact]
    public async Task Empty_stream()
    {
        using var call = (await server.ClientAsync()).FullDuplexCall(Named("empty_stream"));
        await call.RequestStream.CompleteAsync();

        (await SizesAsync(call.ResponseStream)).ShouldBeEmpty();
        (await SawAsync("empty_stream", "OK")).Sizes.ShouldBeEmpty();
    }

    [NodeFact]
    public async Task Custom_metadata()
    {
        var client = await server.ClientAsync();
        var metadata = Named("custom_metadata");
        metadata.Add(InitialKey, "test_initial_metadata_value");
        metadata.Add(TrailingKey, [0xab, 0xab, 0xab]);
        using var unary = client.UnaryCallAsync(Large(), metadata);
        SizeOf((await unary).Payload).ShouldBe(LargeResponse);
        using var duplex = client.FullDuplexCall(metadata);
        await duplex.RequestStream.WriteAsync(Asking(LargeRequest, [LargeResponse]));
        await duplex.RequestStream.CompleteAsync();
        (await SizesAsync(duplex.ResponseStream)).ShouldBe([LargeResponse]);

        (await unary.ResponseHeadersAsync).GetValue(InitialKey).ShouldBe("test_initial_metadata_value");
        unary.GetTrailers().GetValueBytes(TrailingKey).ShouldBe([0xab, 0xab, 0xab]);
        (await duplex.ResponseHeadersAsync).GetValue(InitialKey).ShouldBe("test_initial_metadata_value");
        duplex.GetTrailers().GetValueBytes(TrailingKey).ShouldBe([0xab, 0xab, 0xab]);
        (await server.ServedAsync("custom_metadata", 2)).ShouldAllBe(call => call.Ended == "OK" && call.Sizes.Single() == LargeRequest);
    }

    [NodeFact]
    public Task Status_code_and_message() => StatusAsync("status_code_and_message", "test status message");

    [NodeFact]
    public Task Special_status_message() => StatusAsync("special_status_message", "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n");

    [NodeFact]
    public async Task Unimplemented_method()
    {
        var client = await server.ClientAsync();

        (await Should.ThrowAsync<RpcException>(async () => await client.UnimplementedCallAsync(new Empty()))).StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [NodeFact]
    public async Task Unimplemented_service()
    {
        var client = new UnimplementedService.UnimplementedServiceClient(await server.InvokerAsync());

        (await Should.ThrowAsync<RpcException>(async () => await client.UnimplementedCallAsync(new Empty()))).StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [NodeFact]
    public async Task Cancel_after_begin()
    {
        using var source = new CancellationTokenSource();
        using var call = (await server.ClientAsync()).StreamingInputCall(Named("cancel_after_begin"), cancellationToken: source.Token);

        await source.CancelAsync();

        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.Cancelled);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    [NodeFact]
    public async Task Cancel_after_first_response()
    {
        using var source = new CancellationTokenSource();
        using var call = (await server.ClientAsync()).FullDuplexCall(Named("cancel_after_first_response"), cancellationToken: source.Token);
        await call.RequestStream.WriteAsync(Asking(27182, [31415]));
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        SizeOf(call.ResponseStream.Current.Payload).ShouldBe(31415);

        await source.CancelAsync();

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.Cancelled);
        (await SawAsync("cancel_after_first_response", "Cancelled")).Sizes.ShouldBe([27182]);
    }

    [NodeFact]
    public async Task Timeout_on_sleeping_server()
    {
        var client = await server.ClientAsync();
        using var call = client.FullDuplexCall(Named("timeout_on_sleeping_server"), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(1));

        // The write itself fails if the deadline is faster.
        _ = call.RequestStream.WriteAsync(new StreamingOutputCallRequest { Payload = Zeros(27182) }).ContinueWith(static write => write.Exception, TaskScheduler.Default);

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    internal static int SizeOf(Payload? payload) => payload is null ? 0 : payload.Body.Span.ContainsAnyExcept((byte)0) ? -1 : payload.Body.Length;

    internal static Payload Zeros(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };

    internal static SimpleRequest Large() => new() { ResponseSize = LargeResponse, Payload = Zeros(LargeRequest) };

    internal static Metadata Named(string name) => [new Metadata.Entry(ServedCall.CaseKey, name)];

    internal static async Task<IReadOnlyList<int>> SizesAsync(IAsyncStreamReader<StreamingOutputCallResponse> responses)
    {
        var sizes = new List<int>();
        await foreach (var response in responses.ReadAllAsync())
        {
            sizes.Add(SizeOf(response.Payload));
        }

        return sizes;
    }

    private static StreamingOutputCallRequest Asking(params int[] sizes) =>
        new() { ResponseParameters = { sizes.Select(size => new ResponseParameters { Size = size }) } };

    private static StreamingOutputCallRequest Asking(int payload, int[] sizes)
    {
        var request = Asking(sizes);
        request.Payload = Zeros(payload);
        return request;
    }

    private async Task StatusAsync(string name, string message)
    {
        var client = await server.ClientAsync();
        var asked = new EchoStatus { Code = (int)StatusCode.Unknown, Message = message };

        var unary = await Should.ThrowAsync<RpcException>(async () => await client.UnaryCallAsync(new SimpleRequest { ResponseStatus = asked }, Named(name)));
        using var call = client.FullDuplexCall(Named(name));
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = asked });
        await call.RequestStream.CompleteAsync();
        var duplex = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext());

        (unary.StatusCode, unary.Status.Detail).ShouldBe((StatusCode.Unknown, message));
        (duplex.StatusCode, duplex.Status.Detail).ShouldBe((StatusCode.Unknown, message));
        (await server.ServedAsync(name, 2)).ShouldAllBe(served => served.Ended == "2");
    }

    private async Task<ServedCall> SawAsync(string name, string ended)
    {
        var call = (await server.ServedAsync(name, 1)).Single();
        call.Ended.ShouldBe(ended);
        return call;
    }
}
