namespace Exchange.Interop.Tests.Cases;

/// <summary>
/// The cases of gRPC's interoperability test description with grpc-js as client and our runtime as server, over mutual TLS. grpc-js judges what
/// it gets (node/cases/client.mjs); here is judged what our server saw.
/// </summary>
public sealed class JavaScriptCallsUsTests(JavaScriptClient client) : IClassFixture<JavaScriptClient>
{
    private const int Large = 271828;

    [NodeFact]
    public async Task Empty_unary() => (await ServedAsync("empty_unary", "EmptyCall")).Peer.ShouldBe(Parties.ClientId.Value);

    [NodeFact]
    public async Task Large_unary() => (await ServedAsync("large_unary", "UnaryCall")).Sizes.ShouldBe([Large]);

    [NodeFact]
    public async Task Concurrent_large_unary() =>
        (await client.RunAsync("concurrent_large_unary", 100)).ShouldAllBe(call => call.Ended == "OK" && call.Sizes.SequenceEqual(new[] { Large }));

    [NodeFact]
    public async Task Client_compressed_unary() =>
        (await client.RunAsync("client_compressed_unary", 3)).Select(Flags).ShouldBe(["0>", "1>0", "0>0"]);

    [NodeFact]
    public async Task Client_compressed_streaming() =>
        (await client.RunAsync("client_compressed_streaming", 2)).Select(Flags).ShouldBe(["0>", "10>1"]);

    [NodeFact]
    public async Task Server_compressed_unary() =>
        (await client.RunAsync("server_compressed_unary", 2)).Select(Flags).ShouldBe(["0>1", "0>0"]);

    [NodeFact]
    public async Task Server_compressed_streaming() => Flags(await ServedAsync("server_compressed_streaming", "StreamingOutputCall")).ShouldBe("0>10");

    [NodeFact]
    public async Task Client_streaming() => (await ServedAsync("client_streaming", "StreamingInputCall")).Sizes.ShouldBe([27182, 8, 1828, 45904]);

    [NodeFact]
    public async Task Server_streaming() => (await ServedAsync("server_streaming", "StreamingOutputCall")).Sizes.ShouldBe([0]);

    [NodeFact]
    public async Task Ping_pong() => (await ServedAsync("ping_pong", "FullDuplexCall")).Sizes.ShouldBe([27182, 8, 1828, 45904]);

    [NodeFact]
    public async Task Empty_stream() => (await ServedAsync("empty_stream", "FullDuplexCall")).Sizes.ShouldBeEmpty();

    [NodeFact]
    public async Task Custom_metadata() => (await client.RunAsync("custom_metadata", 2)).ShouldAllBe(call => call.Ended == "OK" && call.Sizes.Single() == Large);

    [NodeFact]
    public async Task Status_code_and_message() => (await client.RunAsync("status_code_and_message", 2)).ShouldAllBe(call => call.Ended == "Unknown");

    [NodeFact]
    public async Task Special_status_message() => (await client.RunAsync("special_status_message", 2)).ShouldAllBe(call => call.Ended == "Unknown");

    [NodeFact]
    public async Task Unimplemented_method() => await client.RunAsync("unimplemented_method", 0);

    [NodeFact]
    public async Task Unimplemented_service() => await client.RunAsync("unimplemented_service", 0);

    [NodeFact]
    public async Task Cancel_after_begin() => await client.RunAsync("cancel_after_begin", 0);

    [NodeFact]
    public async Task Cancel_after_first_response()
    {
        var call = (await client.RunAsync("cancel_after_first_response", 1)).Single();

        call.Sizes.ShouldBe([27182]);

        // grpc-js ends its requests and then resets the stream: whoever is fast enough sees nothing but the end of the requests.
        call.Ended.ShouldBeOneOf("Cancelled", "OK");
    }

    [NodeFact]
    public async Task Timeout_on_sleeping_server() => await client.RunAsync("timeout_on_sleeping_server", 0);

    [NodeFact]
    public async Task TLS_without_a_client_certificate()
    {
        var call = await ServedAsync("without_client_certificate", "UnaryCall");

        call.Sizes.ShouldBe([Large]);
        call.Peer.ShouldBeEmpty();
    }

    [NodeFact]
    public async Task A_client_without_a_certificate_is_refused() => await client.RunAsync("refused_without_client_certificate", 0);

    private static string Flags(ServedCall call) => $"{call.Requests}>{call.Responses}";

    private async Task<ServedCall> ServedAsync(string name, string method)
    {
        var call = (await client.RunAsync(name, 1)).Single();
        call.Method.ShouldBe(method);
        call.Ended.ShouldBe("OK");
        return call;
    }
}
