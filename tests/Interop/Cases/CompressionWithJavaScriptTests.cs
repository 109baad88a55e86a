using Exchange.Interop.Tests.Testing;
using Grpc.Core;
using static Exchange.Interop.Tests.Cases.WeCallJavaScriptTests;

namespace Exchange.Interop.Tests.Cases;

/// <summary>
/// The cases about compression with our runtime as client. The server of grpc-js decompresses but shows no flag and compresses nothing; so they
/// run against a server on node:http2 and node:zlib that does both (node/cases/wire.mjs), and what grpc-js can do of them against grpc-js.
/// </summary>
[Collection(JavaScriptServerGroup.Name)]
public sealed class CompressionWithJavaScriptTests(JavaScriptServer server)
{
    private const string ToldToCompress = "grpc-internal-encoding-request";
    private static readonly WriteOptions NotThis = new(WriteFlags.NoCompress);

    [NodeFact]
    public async Task Client_compressed_unary()
    {
        var (client, wire) = await server.WatchedAsync(flagged: true);

        (await Should.ThrowAsync<RpcException>(() => UnaryAsync(client, expected: true, compressed: false))).StatusCode.ShouldBe(StatusCode.InvalidArgument);
        (await UnaryAsync(client, expected: true, compressed: true), wire.Requests.ToString()).ShouldBe((314159, "1"));
        (await UnaryAsync(client, expected: false, compressed: false), wire.Requests.ToString()).ShouldBe((314159, "0"));

        (await server.ServedAsync("client_compressed_unary", 3)).ShouldAllBe(call => call.Sizes.Single() == 271828);
    }

    [NodeFact]
    public async Task Client_compressed_unary_to_grpc_js()
    {
        var (client, wire) = await server.WatchedAsync(flagged: false);

        (await UnaryAsync(client, expected: true, compressed: true), wire.Requests.ToString()).ShouldBe((314159, "1"));
        (await UnaryAsync(client, expected: false, compressed: false), wire.Requests.ToString()).ShouldBe((314159, "0"));

        (await server.ServedAsync("client_compressed_unary", 2)).ShouldAllBe(call => call.Sizes.Single() == 271828);
    }

    [NodeFact]
    public async Task Client_compressed_streaming()
    {
        var (client, wire) = await server.WatchedAsync(flagged: true);

        (await Should.ThrowAsync<RpcException>(() => StreamAsync(client, firstCompressed: false))).StatusCode.ShouldBe(StatusCode.InvalidArgument);
        (await StreamAsync(client, firstCompressed: true), wire.Requests.ToString()).ShouldBe((73086, "10"));

        (await server.ServedAsync("client_compressed_streaming", 2))[1].Sizes.ShouldBe([27182, 45904]);
    }

    [NodeFact]
    public async Task Client_compressed_streaming_to_grpc_js()
    {
        var (client, wire) = await server.WatchedAsync(flagged: false);

        (await StreamAsync(client, firstCompressed: true), wire.Requests.ToString()).ShouldBe((73086, "10"));

        (await server.ServedAsync("client_compressed_streaming", 1)).Single().Sizes.ShouldBe([27182, 45904]);
    }

    [NodeFact]
    public async Task Empty_unary_compressed_to_grpc_js()
    {
        // Not of the description, but what Empty_unary the other way round brought to light.
        var (client, wire) = await server.WatchedAsync(flagged: false);

        await client.EmptyCallAsync(new Empty(), Compressing("empty_unary"));

        wire.Requests.ToString().ShouldBe("0");
    }

    [NodeFact]
    public async Task Server_compressed_unary()
    {
        var (client, wire) = await server.WatchedAsync(flagged: true);

        foreach (var compressed in new[] { true, false })
        {
            var request = Large();
            request.ResponseCompressed = new BoolValue { Value = compressed };

            SizeOf((await client.UnaryCallAsync(request, Named("server_compressed_unary"))).Payload).ShouldBe(314159);
            wire.Responses.ToString().ShouldBe(compressed ? "1" : "0");
        }
    }

    [NodeFact]
    public async Task Server_compressed_streaming()
    {
        var (client, wire) = await server.WatchedAsync(flagged: true);
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters =
            {
                new ResponseParameters { Compressed = new BoolValue { Value = true }, Size = 31415 },
                new ResponseParameters { Compressed = new BoolValue { Value = false }, Size = 92653 },
            },
        };
        using var call = client.StreamingOutputCall(request, Named("server_compressed_streaming"));

        (await SizesAsync(call.ResponseStream)).ShouldBe([31415, 92653]);
        wire.Responses.ToString().ShouldBe("10");
    }

    private static Metadata Compressing(string name)
    {
        var metadata = Named(name);
        metadata.Add(ToldToCompress, "gzip");
        return metadata;
    }

    private static async Task<int> UnaryAsync(TestService.TestServiceClient client, bool expected, bool compressed)
    {
        var request = Large();
        request.ExpectCompressed = new BoolValue { Value = expected };
        var options = new CallOptions(Compressing("client_compressed_unary"));
        return SizeOf((await client.UnaryCallAsync(request, compressed ? options : options.WithWriteOptions(NotThis))).Payload);
    }

    private static async Task<int> StreamAsync(TestService.TestServiceClient client, bool firstCompressed)
    {
        using var call = client.StreamingInputCall(Compressing("client_compressed_streaming"));
        call.RequestStream.WriteOptions = firstCompressed ? null : NotThis;
        await call.RequestStream.WriteAsync(new StreamingInputCallRequest { ExpectCompressed = new BoolValue { Value = true }, Payload = Zeros(27182) });
        call.RequestStream.WriteOptions = NotThis;
        if (firstCompressed)
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { ExpectCompressed = new BoolValue { Value = false }, Payload = Zeros(45904) });
        }

        await call.RequestStream.CompleteAsync();
        return (await call).AggregatedPayloadSize;
    }
}
