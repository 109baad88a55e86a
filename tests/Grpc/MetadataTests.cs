using System.Text;
using Exchange.Grpc.Tests.Protos;
using Grpc.Core;

namespace Exchange.Grpc.Tests;

/// <summary>Custom metadata, both ways (PROTOCOL-HTTP2.md, "Custom-Metadata").</summary>
public sealed class MetadataTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Text_and_bytes_travel_to_the_server_in_order()
    {
        var seen = ObserveHeaders();
        byte[] everyByte = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        var sent = new Metadata { { "Purpose", "tax deduction" }, { "key-bin", everyByte }, { "purpose", "second" }, { "empty-bin", [] }, { "key-bin", [1] } };

        await _server.Client.AskAsync(new EchoRequest(), sent);

        var headers = await seen;
        headers.GetValue("purpose").ShouldBe("tax deduction, second"); // Joined on the way, as HTTP allows.
        headers.GetAll("KEY-BIN").Select(entry => entry.ValueBytes).ShouldBe([everyByte, [1]]);
        headers.GetValueBytes("empty-bin").ShouldBe([]);
        headers.ShouldNotContain(entry => entry.Key == "te" || entry.Key == "content-type" || entry.Key.StartsWith(':'));
    }

    [Theory]
    [InlineData("AQ==", new byte[] { 1 })]
    [InlineData("AQ", new byte[] { 1 })]
    [InlineData("AQI=", new byte[] { 1, 2 })]
    [InlineData("AQI", new byte[] { 1, 2 })]
    [InlineData("AQID", new byte[] { 1, 2, 3 })]
    public async Task Base64_is_read_with_and_without_padding(string base64, byte[] bytes)
    {
        var seen = ObserveHeaders();

        await SendHeaderAsync("key-bin", base64);

        (await seen).GetValueBytes("key-bin").ShouldBe(bytes);
    }

    [Fact]
    public async Task Bytes_that_were_joined_with_commas_are_taken_apart()
    {
        var seen = ObserveHeaders();

        await SendHeaderAsync("key-bin", "AQ==, Ag,Aw==");

        (await seen).GetAll("key-bin").Select(entry => entry.ValueBytes).ShouldBe([[1], [2], [3]]);
    }

    [Fact]
    public async Task Bytes_that_are_not_base64_are_refused()
    {
        _ = ObserveHeaders();

        (await SendHeaderAsync("key-bin", "!!!!")).ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task Response_headers_come_before_the_response()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Service.OnAsk = async (_, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "early", "bird" }, { "early-bin", [7] } });
            await gate.Task;
            return new EchoResponse { Text = "late" };
        };
        using var call = _server.Client.AskAsync(new EchoRequest());

        var headers = await call.ResponseHeadersAsync;
        headers.GetValue("early").ShouldBe("bird");
        headers.GetValueBytes("early-bin").ShouldBe([7]);
        call.ResponseAsync.IsCompleted.ShouldBeFalse();

        gate.SetResult();
        (await call).Text.ShouldBe("late");
    }

    [Fact]
    public async Task Response_headers_are_sent_once()
    {
        _server.Service.OnAsk = async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            await Should.ThrowAsync<InvalidOperationException>(() => context.WriteResponseHeadersAsync([]));
            return new EchoResponse { Text = "once" };
        };

        (await _server.Client.AskAsync(new EchoRequest())).Text.ShouldBe("once");
    }

    [Fact]
    public async Task A_trailer_that_no_peer_could_read_is_not_sent()
    {
        _server.Service.OnAsk = (_, context) =>
        {
            context.ResponseTrailers.Add("bad", "line\r\nbreak");
            return Task.FromResult(new EchoResponse());
        };

        (await Should.ThrowAsync<RpcException>(async () => await _server.Client.AskAsync(new EchoRequest()))).StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task A_header_that_no_peer_could_read_is_not_sent() =>
        (await Should.ThrowAsync<RpcException>(async () => await _server.Client.AskAsync(new EchoRequest(), new Metadata { { "bad", "ü" } })))
            .StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task The_protocols_own_headers_cannot_be_forged()
    {
        var seen = ObserveHeaders();

        await _server.Client.AskAsync(new EchoRequest(), new Metadata { { "grpc-timeout", "1n" }, { "te", "gzip" }, { "grpc-encoding", "gzip" } });

        (await seen).ShouldNotContain(entry => entry.Key == "grpc-timeout");
    }

    [Fact]
    public async Task The_context_says_who_called_what()
    {
        var seen = new TaskCompletionSource<(string Method, string Host, string Peer, DateTime Deadline, bool Authenticated)>();
        _server.Service.OnAsk = (_, context) =>
        {
            seen.SetResult((context.Method, context.Host, context.Peer, context.Deadline, context.AuthContext.IsPeerAuthenticated));
            context.GetHttpContext().Request.Path.Value.ShouldBe(context.Method);
            context.UserState["mine"] = 1;
            return Task.FromResult(new EchoResponse());
        };

        await _server.Client.AskAsync(new EchoRequest());

        var (method, host, peer, deadline, authenticated) = await seen.Task;
        method.ShouldBe(RawCalls.AskPath);
        host.ShouldBe(new Uri(_server.Address).Authority);
        peer.ShouldStartWith("ipv4:127.0.0.1:");
        deadline.ShouldBe(DateTime.MaxValue);
        authenticated.ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_may_name_another_host()
    {
        var seen = new TaskCompletionSource<string>();
        _server.Service.OnAsk = (_, context) =>
        {
            seen.SetResult(context.Host);
            return Task.FromResult(new EchoResponse());
        };

        await _server.Client.WithHost("other.test").AskAsync(new EchoRequest());

        (await seen.Task).ShouldBe("other.test");
    }

    [Fact]
    public void Keys_are_lower_case_and_checked()
    {
        new Metadata.Entry("UPPER-bin", [1]).Key.ShouldBe("upper-bin");
        Should.Throw<ArgumentException>(() => new Metadata.Entry("white space", "x"));
        Should.Throw<ArgumentException>(() => new Metadata.Entry("key-bin", "text"));
        Should.Throw<ArgumentException>(() => new Metadata.Entry("key", [1]));
        Should.Throw<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
    }

    [Fact]
    public void An_entry_keeps_its_bytes_to_itself()
    {
        byte[] bytes = [1, 2, 3];
        var entry = new Metadata.Entry("key-bin", bytes);

        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        entry.ValueBytes.ShouldBe([1, 2, 3]);
        new Metadata.Entry("key", "text").ValueBytes.ShouldBe(Encoding.ASCII.GetBytes("text"));
    }

    private Task<Metadata> ObserveHeaders()
    {
        var seen = new TaskCompletionSource<Metadata>();
        _server.Service.OnAsk = (_, context) =>
        {
            seen.SetResult(context.RequestHeaders);
            return Task.FromResult(new EchoResponse());
        };
        return seen.Task;
    }

    private async Task<StatusCode> SendHeaderAsync(string key, string value) => (await _server.Http().AnswerAsync(
        RawCalls.Request(RawCalls.AskPath, RawCalls.Frame([]), request => request.Headers.TryAddWithoutValidation(key, value)))).Code;
}
