using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Grpc.Tests;

/// <summary>What a server may do with calls that it does not want here: GOAWAY, REFUSED_STREAM, silence. The server is made of frames.</summary>
public sealed class RefusedStreamTests : IAsyncLifetime
{
    private const int RefusedStream = 0x7;

    private readonly TcpListener _listener = Http2Wire.Listen();
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _calls;

    public RefusedStreamTests()
    {
        _channel = GrpcChannel.ForAddress($"http://{_listener.LocalEndpoint}");
        _calls = _channel.CreateCallInvoker();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _channel.Dispose();
        _listener.Stop();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_call_that_GOAWAY_leaves_unprocessed_is_repeated_on_another_connection()
    {
        var call = _channel.AskAsync("raw", "Ask", "question");
        await using var first = await AcceptCallAsync();
        await first.SendAsync(Http2Frame.GoAway(lastStream: 0));

        await using var second = await AcceptCallAsync();

        await second.UntilAsync(frame => frame.Ends);
        second.Received.Last(frame => frame is { Type: FrameType.Data, Payload.Length: > 0 }).Payload[5..].ShouldBe("question"u8.ToArray());
        await second.AnswerAsync(1, "answer"u8.ToArray());
        (await call).ShouldBe("answer");
    }

    [Fact]
    public async Task A_call_in_flight_survives_GOAWAY_and_the_next_goes_elsewhere()
    {
        var call = _channel.AskAsync("raw", "Ask");
        await using var first = await AcceptCallAsync();
        await first.SendAsync(Http2Frame.GoAway(lastStream: 1));

        var next = _channel.AskAsync("raw", "Ask");

        await using var second = await AcceptCallAsync();
        await second.AnswerAsync(1, "second"u8.ToArray());
        (await next).ShouldBe("second");
        call.IsCompleted.ShouldBeFalse();
        await first.AnswerAsync(1, "first"u8.ToArray());
        (await call).ShouldBe("first");
    }

    [Fact]
    public async Task A_stream_in_flight_survives_GOAWAY()
    {
        using var call = _calls.AsyncDuplexStreamingCall(RawCalls.Method("raw", "Talk", MethodType.DuplexStreaming), null, default);
        await using var wire = await AcceptCallAsync();
        await call.RequestStream.WriteAsync("one");
        await wire.SendAsync(Http2Frame.GoAway(lastStream: 1));
        await call.RequestStream.WriteAsync("two");
        await call.RequestStream.CompleteAsync();
        await wire.UntilAsync(frame => frame.Ends);

        await wire.AnswerAsync(1, "both"u8.ToArray());

        (await call.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();
        call.ResponseStream.Current.ShouldBe("both");
        (await call.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_refused_stream_is_repeated()
    {
        var call = _channel.AskAsync("raw", "Ask");
        await using var wire = await AcceptCallAsync();
        await wire.SendAsync(Http2Frame.Reset(1, RefusedStream));
        await wire.UntilAsync(frame => frame is { Type: FrameType.Headers, Stream: 3 });

        await wire.AnswerAsync(3, "answer"u8.ToArray());

        (await call).ShouldBe("answer");
    }

    [Fact]
    public async Task A_stream_that_is_refused_every_time_is_UNAVAILABLE()
    {
        var call = _channel.AskAsync("raw", "Ask");
        await using var wire = await AcceptCallAsync();
        for (var stream = 1; !call.IsCompleted && stream < 100; stream += 2)
        {
            await wire.SendAsync(Http2Frame.Reset(stream, RefusedStream));
            var next = wire.UntilAsync(frame => frame.Type == FrameType.Headers && frame.Stream == stream + 2);
            await Task.WhenAny(call, next);
        }

        (await Should.ThrowAsync<RpcException>(() => call)).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task A_stream_of_requests_that_has_not_begun_is_repeated()
    {
        using var call = _calls.AsyncClientStreamingCall(RawCalls.Method("raw", "Tell", MethodType.ClientStreaming), null, default);
        await using var wire = await AcceptCallAsync();
        await wire.SendAsync(Http2Frame.Reset(1, RefusedStream));
        await wire.UntilAsync(frame => frame is { Type: FrameType.Headers, Stream: 3 });

        await call.RequestStream.WriteAsync("told");
        await call.RequestStream.CompleteAsync();

        await wire.UntilAsync(frame => frame is { Stream: 3, Ends: true });
        wire.Received.ShouldContain(frame => frame.Type == FrameType.Data && frame.Stream == 3 && frame.Payload.Length == 5 + "told".Length);
        await wire.AnswerAsync(3, "heard"u8.ToArray());
        (await call).ShouldBe("heard");
    }

    [Fact]
    public async Task A_stream_of_requests_that_has_begun_is_UNAVAILABLE_since_nobody_kept_what_was_sent()
    {
        using var call = _calls.AsyncClientStreamingCall(RawCalls.Method("raw", "Tell", MethodType.ClientStreaming), null, default);
        await using var wire = await AcceptCallAsync();
        await call.RequestStream.WriteAsync("one");
        await wire.UntilAsync(frame => frame.Type == FrameType.Data);

        await wire.SendAsync(Http2Frame.Reset(1, RefusedStream));

        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.Unavailable);
        (await Should.ThrowAsync<RpcException>(() => call.RequestStream.WriteAsync("two"))).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task A_write_that_waits_for_room_ends_with_its_call_although_the_server_resets_nothing()
    {
        using var call = _calls.AsyncClientStreamingCall(RawCalls.Method("raw", "Tell", MethodType.ClientStreaming), null, default);
        await using var wire = await AcceptCallAsync();
        var writing = call.RequestStream.WriteAsync(new string('x', 1_000_000)); // Larger than the window, and nobody gives more.
        await wire.UntilAsync(FrameType.Data);

        await wire.AnswerAsync(1, "enough"u8.ToArray());

        (await call).ShouldBe("enough");
        await Should.ThrowAsync<InvalidOperationException>(() => writing.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    public async Task A_stream_of_requests_that_is_reset_ends_with_what_the_reset_means(int errorCode, StatusCode expected)
    {
        using var call = _calls.AsyncClientStreamingCall(RawCalls.Method("raw", "Tell", MethodType.ClientStreaming), null, default);
        await using var wire = await AcceptCallAsync();

        await wire.SendAsync(Http2Frame.Reset(1, errorCode));

        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task A_server_that_answers_no_ping_is_UNAVAILABLE()
    {
        using var handler = new SocketsHttpHandler { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(1) };
        using var channel = GrpcChannel.ForAddress($"http://{_listener.LocalEndpoint}", new GrpcChannelOptions { HttpHandler = handler });
        var call = channel.AskAsync("raw", "Ask");
        await using var wire = await Http2Wire.AcceptAsync(_listener, answersPings: false);
        await wire.UntilAsync(FrameType.Ping);

        (await Should.ThrowAsync<RpcException>(() => call)).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    /// <summary>The next connection, up to the head of its first call.</summary>
    private async Task<Http2Wire> AcceptCallAsync()
    {
        var wire = await Http2Wire.AcceptAsync(_listener);
        await wire.UntilAsync(FrameType.Headers);
        return wire;
    }
}
