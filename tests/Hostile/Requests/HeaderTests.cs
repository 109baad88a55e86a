using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Mutations;
using Exchange.Hostile.Tests.Targets;
using Grpc.Core;

namespace Exchange.Hostile.Tests.Requests;

/// <summary>Header blocks that were made on purpose, one fault each.</summary>
public sealed class HeaderTests : IAsyncLifetime
{
    private TargetServer _server = null!;

    public async Task InitializeAsync() => _server = await TargetServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.IsQuietAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("grpc-timeout", "", StatusCode.Internal)]
    [InlineData("grpc-timeout", "1", StatusCode.Internal)]
    [InlineData("grpc-timeout", "123456789S", StatusCode.Internal)]
    [InlineData("grpc-timeout", "-1S", StatusCode.Internal)]
    [InlineData("grpc-timeout", "1s", StatusCode.Internal)]
    [InlineData("grpc-timeout", "99999999H", StatusCode.OK)]
    [InlineData("grpc-encoding", "gzip", StatusCode.OK)]
    [InlineData("grpc-encoding", "GZIP", StatusCode.Unimplemented)]
    [InlineData("grpc-encoding", "gzip,gzip", StatusCode.Unimplemented)]
    [InlineData("grpc-encoding", "deflate", StatusCode.Unimplemented)]
    [InlineData("grpc-accept-encoding", ",;q=1,,*", StatusCode.OK)]
    [InlineData("x-data-bin", "AAAA", StatusCode.OK)]
    [InlineData("x-data-bin", "", StatusCode.OK)]
    [InlineData("x-data-bin", "AAAAA", StatusCode.Internal)]
    [InlineData("x-data-bin", "!", StatusCode.Internal)]
    [InlineData("x!#$%&'*+^`|~", "a name that HTTP permits and gRPC does not", StatusCode.OK)]
    [InlineData("grpc-status", "13", StatusCode.OK)]
    [InlineData("grpc-message", "%%%", StatusCode.OK)]
    public async Task A_header_that_is_wrong_costs_its_call_and_no_more(string name, string value, StatusCode expected)
    {
        var answer = await AskAsync([.. Proper(), (name, value)]);

        answer.HttpStatus.ShouldBe(200);
        answer.GrpcStatus.ShouldBe((int)expected);
    }

    [Theory]
    [InlineData("grpc-timeout", "1S", StatusCode.Internal)]
    [InlineData("grpc-encoding", "gzip", StatusCode.Unimplemented)]
    public async Task A_header_that_may_stand_once_is_not_taken_twice(string name, string value, StatusCode expected) =>
        (await AskAsync([.. Proper(), (name, value), (name, value)])).GrpcStatus.ShouldBe((int)expected);

    [Theory]
    [InlineData("content-type", "application/json", 415)]
    [InlineData("content-type", "application/grpc-web", 415)]
    [InlineData("content-type", "", 415)]
    [InlineData(":method", "GET", 405)]
    [InlineData(":method", "DELETE", 405)]
    public async Task What_is_no_call_is_answered_in_the_words_of_http(string name, string value, int expected) =>
        (await AskAsync([.. Proper().Select(header => header.Name == name ? (name, value) : header)])).HttpStatus.ShouldBe(expected);

    [Theory]
    [InlineData("x-upper", "X-UPPER")]
    [InlineData("a pseudo header that nobody knows", ":unknown")]
    [InlineData("a pseudo header of answers", ":status")]
    [InlineData("a second path", ":path")]
    [InlineData("a header of connections", "connection")]
    public async Task Headers_that_http2_forbids_end_the_connection_with_a_reason(string what, string name)
    {
        _ = what;
        await using var connection = await RawConnection.OpenAsync(_server.EndPoint);
        var hearing = await FireAsync(connection, HeaderBlock.Encode([.. Proper(), (name, "/")]));

        hearing.Closed.ShouldBeTrue();
        hearing.GoAway.ShouldBe(ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task More_or_longer_headers_than_are_allowed_are_never_kept()
    {
        foreach (var extra in new[] { Enumerable.Range(0, 100).Select(number => ($"x-{number}", "v")), [("x-long", new string('x', 17 * 1024))] })
        {
            var block = HeaderBlock.Encode([.. Proper(), .. extra]);
            await using var connection = await RawConnection.OpenAsync(_server.EndPoint);
            await connection.SendAsync(RawConnection.Greeting);
            await connection.TrySendAsync(new Frame(FrameKind.Headers, 0, 1, block[..Math.Min(block.Length, 16_000)]).ToBytes());
            await connection.TrySendAsync(new Frame(FrameKind.Continuation, Frame.EndHeaders, 1, block[Math.Min(block.Length, 16_000)..]).ToBytes());
            await connection.TrySendAsync(Frame.Data(1, MessageMutator.Prefixed([]), end: true).ToBytes());
            var hearing = new Hearing(connection);
            await hearing.UntilAsync(heard => heard.On(1).IsOver);

            // 431 on the stream, or the end of the connection: the runtime never sees the call.
            (hearing.Closed || hearing.On(1).HttpStatus == 431).ShouldBeTrue($"{hearing.On(1)}");
        }

        _server.Service.Served.ShouldBe(0);
    }

    [Fact]
    public async Task A_call_whose_deadline_passes_as_it_comes_is_answered_with_a_status()
    {
        const int Rounds = 60;
        const int Calls = 90;
        for (var round = 0; round < Rounds; round++)
        {
            await using var connection = await RawConnection.OpenAsync(_server.EndPoint);
            var bytes = new List<byte>(RawConnection.Greeting);
            for (var stream = 1u; stream < 2 * Calls; stream += 2)
            {
                bytes.AddRange(Frame.Headers(stream, HeaderBlock.Encode([.. Proper(), ("grpc-timeout", stream % 4 == 1 ? "0n" : "1m")])).ToBytes());
                bytes.AddRange(Frame.Data(stream, MessageMutator.Prefixed([]), end: true).ToBytes());
            }

            await connection.SendAsync(bytes.ToArray());
            var hearing = new Hearing(connection);
            await hearing.UntilAsync(heard => heard.Answers.Count == Calls && heard.Answers.Values.All(answer => answer.IsOver));

            // The handler may have been quicker; an answer without a status is a finding of its own.
            hearing.Answers.Values.ShouldAllBe(answer => answer.GrpcStatus == (int)StatusCode.OK || answer.GrpcStatus == (int)StatusCode.DeadlineExceeded);
        }
    }

    private static List<(string Name, string Value)> Proper() => HeaderMutator.Proper(CallFrames.Service + "Ask");

    private static async Task<Hearing> FireAsync(RawConnection connection, byte[] block)
    {
        await connection.SendAsync(RawConnection.Greeting);
        await connection.TrySendAsync(Frame.Headers(1, block).ToBytes());
        await connection.TrySendAsync(Frame.Data(1, MessageMutator.Prefixed([]), end: true).ToBytes());
        var hearing = new Hearing(connection);
        await hearing.UntilAsync(heard => heard.On(1).IsOver);
        return hearing;
    }

    private async Task<Answer> AskAsync(IReadOnlyList<(string Name, string Value)> headers)
    {
        await using var connection = await RawConnection.OpenAsync(_server.EndPoint);
        var hearing = await FireAsync(connection, HeaderBlock.Encode(headers));
        hearing.Closed.ShouldBeFalse();
        return hearing.On(1);
    }
}
