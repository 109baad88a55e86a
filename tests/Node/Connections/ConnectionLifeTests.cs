using System.Net.Sockets;


namespace Exchange.Node.Tests.Connections;

/// <summary>How connections end, seen frame by frame.</summary>
public sealed class ConnectionLifeTests
{
    private const string Unary = "/grpc.health.v1.Health/Check";
    private const string Streaming = "/grpc.health.v1.Health/Watch";
    private const int NoError = 0x0;
    private const int RefusedStream = 0x7;

    private static readonly byte[] EmptyMessage = [0, 0, 0, 0, 0];

    [Fact]
    public async Task An_old_connection_is_told_to_go_away_and_its_calls_end_first()
    {
        await using var server = await GatedServer.StartAsync();
        await using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.SendAsync(Call(1, Unary), Message(1), Call(3, Streaming), Message(3));
        await server.UntilBegunAsync(2);

        server.Clock.Advance(GatedServer.Age);

        var goAway = await wire.UntilAsync(FrameType.GoAway);
        goAway.ErrorCode.ShouldBe(NoError);
        wire.Received.ShouldNotContain(frame => frame.Ends);
        server.Open();
        await wire.UntilAsync(frame => frame.Stream is 1 or 3 && frame.Ends);
        await wire.UntilAsync(frame => frame.Stream is 1 or 3 && frame.Ends);
        await wire.UntilClosedAsync();

        // One message of the unary call, two of the stream, each in a frame of its own; then the last GOAWAY says what was served.
        wire.Received.Count(frame => frame.Type == FrameType.Data && frame.Payload.Length > 0).ShouldBe(3);
        wire.Received.ShouldNotContain(frame => frame.Type == FrameType.Reset);
        wire.Received.Last(frame => frame.Type == FrameType.GoAway).LastStream.ShouldBe(3);
    }

    [Fact]
    public async Task A_connection_that_is_ending_takes_no_new_call()
    {
        await using var server = await GatedServer.StartAsync();
        await using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.SendAsync(Call(1, Unary), Message(1));
        await server.UntilBegunAsync();
        server.Clock.Advance(GatedServer.Age);
        await wire.UntilAsync(FrameType.GoAway);

        await wire.SendAsync(Call(3, Unary), Message(3));

        (await wire.UntilAsync(frame => frame is { Type: FrameType.Reset, Stream: 3 })).ErrorCode.ShouldBe(RefusedStream);
        server.Open();
        (await wire.UntilAsync(frame => frame is { Stream: 1, Ends: true })).Type.ShouldBe(FrameType.Headers);
        await wire.UntilClosedAsync();
        server.Begun.ShouldBe(1);
    }

    [Fact]
    public async Task What_has_not_ended_after_the_grace_is_cut()
    {
        await using var server = await GatedServer.StartAsync();
        await using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.SendAsync(Call(1, Streaming), Message(1));
        await server.UntilBegunAsync();
        server.Clock.Advance(GatedServer.Age);
        await wire.UntilAsync(FrameType.GoAway);

        server.Clock.Advance(GatedServer.Grace);

        await wire.UntilClosedAsync();
        wire.Received.ShouldNotContain(frame => frame.Stream == 1 && frame.Ends);
    }

    [Fact]
    public async Task A_young_connection_is_left_alone()
    {
        await using var server = await GatedServer.StartAsync();
        await using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.SendAsync(Call(1, Unary), Message(1));
        await server.UntilBegunAsync();

        server.Clock.Advance(GatedServer.Age * 0.89); // A tenth below the age is where the first may end.
        server.Open();

        await wire.UntilAsync(frame => frame is { Stream: 1, Ends: true });
        await wire.SendAsync(Call(3, Unary), Message(3));
        await wire.UntilAsync(frame => frame is { Stream: 3, Ends: true });
        wire.Received.ShouldNotContain(frame => frame.Type == FrameType.GoAway);
    }

    [Fact]
    public async Task Connections_that_came_together_do_not_leave_together()
    {
        await using var server = await GatedServer.StartAsync();
        var wires = new List<Http2Wire>();
        for (var i = 0; i < 32; i++)
        {
            var wire = await Http2Wire.ConnectAsync(server.Address);
            await wire.UntilAsync(FrameType.Settings);
            wires.Add(wire);
        }

        server.Clock.Advance(GatedServer.Age * 0.95);

        // All on one side of the middle has a chance of one in two thousand million.
        var (left, stayed) = (0, 0);
        foreach (var wire in wires)
        {
            _ = await SaysGoodbyeAsync(wire) || await SaysGoodbyeAsync(wire) ? left++ : stayed++;
            await wire.DisposeAsync();
        }

        left.ShouldBeGreaterThan(0);
        stayed.ShouldBeGreaterThan(0);

        // Before the answer to a ping that comes after it: a server that finds both the ping and its own wish to go answers the ping first.
        static async Task<bool> SaysGoodbyeAsync(Http2Wire wire)
        {
            await wire.SendAsync(new Http2Frame(FrameType.Ping, 0, 0, new byte[8]));
            var answer = await wire.UntilAsync(frame => frame.Type == FrameType.GoAway || (frame.Type == FrameType.Ping && frame.Flags == Http2Frame.Ack));
            return answer.Type == FrameType.GoAway;
        }
    }

    [Fact]
    public async Task A_stop_sends_GOAWAY_and_waits_for_calls_of_every_kind()
    {
        await using var server = await GatedServer.StartAsync();
        await using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.SendAsync(Call(1, Unary), Message(1), Call(3, Streaming), Message(3));
        await server.UntilBegunAsync(2);

        var stopping = server.StopAsync();

        await wire.UntilAsync(FrameType.GoAway);
        stopping.IsCompleted.ShouldBeFalse();
        await wire.SendAsync(Call(5, Unary), Message(5));
        (await wire.UntilAsync(frame => frame is { Type: FrameType.Reset, Stream: 5 })).ErrorCode.ShouldBe(RefusedStream);
        server.Open();
        await wire.UntilClosedAsync();
        await stopping;
        wire.Received.Count(frame => frame.Stream is 1 or 3 && frame.Ends).ShouldBe(2);
        server.Begun.ShouldBe(2);
    }

    [Fact]
    public async Task A_node_that_stops_takes_no_new_connection()
    {
        await using var server = await GatedServer.StartAsync();
        await using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.SendAsync(Call(1, Unary), Message(1));
        await server.UntilBegunAsync();

        var stopping = server.StopAsync();

        await wire.UntilAsync(FrameType.GoAway);
        (await Should.ThrowAsync<SocketException>(() => Http2Wire.ConnectAsync(server.Address))).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
        server.Open();
        await stopping;
    }

    [Fact]
    public async Task A_stop_cuts_what_has_not_ended_after_the_grace()
    {
        await using var server = await GatedServer.StartAsync();
        await using var wire = await Http2Wire.ConnectAsync(server.Address);
        await wire.SendAsync(Call(1, Streaming), Message(1));
        await server.UntilBegunAsync();
        var stopping = server.StopAsync();
        await wire.UntilAsync(FrameType.GoAway);
        stopping.IsCompleted.ShouldBeFalse();

        server.Clock.Advance(GatedServer.Grace);

        await wire.UntilClosedAsync();
        wire.Received.ShouldNotContain(frame => frame.Stream == 1 && frame.Ends);
        await stopping;
    }

    [Fact]
    public async Task A_silent_connection_is_asked_whether_anybody_is_there_and_kept_if_so()
    {
        await using var server = await GatedServer.StartAsync(PingEagerly);
        await using var wire = await Http2Wire.ConnectAsync(server.Address);

        for (var i = 0; i < 2; i++)
        {
            await wire.UntilAsync(frame => frame.Type == FrameType.Ping && frame.Flags == 0);
        }

        wire.Received.ShouldNotContain(frame => frame.Type == FrameType.GoAway);
    }

    [Fact]
    public async Task A_connection_whose_peer_does_not_answer_is_closed()
    {
        await using var server = await GatedServer.StartAsync(PingEagerly);
        await using var wire = await Http2Wire.ConnectAsync(server.Address, answersPings: false);

        await wire.UntilAsync(frame => frame.Type == FrameType.Ping && frame.Flags == 0);

        await wire.UntilClosedAsync();
    }

    private static void PingEagerly(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel)
    {
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(1);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(1);
    }

    private static Http2Frame Call(int stream, string path) => Http2Frame.Call(stream, path);

    private static Http2Frame Message(int stream) => Http2Frame.Data(stream, ends: true, EmptyMessage);
}
