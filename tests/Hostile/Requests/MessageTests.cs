using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Mutations;
using Exchange.Hostile.Tests.Protos;
using Exchange.Hostile.Tests.Targets;
using Exchange.Node.Admission;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Hostile.Tests.Requests;

/// <summary>Bodies that were made on purpose, one fault each.</summary>
public sealed class MessageTests : IAsyncLifetime
{
    private const int Limit = TransportLimits.MaximumRequestBytes;
    private static readonly byte[] Shot = new Shot { Text = "shot", Payload = ByteString.CopyFrom(new byte[20]) }.ToByteArray();

    private TargetServer _server = null!;

    public async Task InitializeAsync() => _server = await TargetServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.IsQuietAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_message_is_whole_wherever_its_frames_are_cut()
    {
        var body = MessageMutator.Prefixed(Shot);
        for (var cut = 0; cut <= body.Length; cut++)
        {
            (await AskAsync([Frame.Data(1, body.AsSpan(0, cut)), Frame.Data(1, body.AsSpan(cut), end: true)])).ShouldBeOk(messages: 1);
        }
    }

    [Fact]
    public async Task A_message_is_whole_if_each_byte_has_a_frame_of_its_own_and_each_byte_of_those_a_packet()
    {
        List<Frame> frames = [.. MessageMutator.Prefixed(Shot).Select(value => Frame.Data(1, [value])), Frame.Data(1, [], end: true)];

        (await AskAsync(frames)).ShouldBeOk(messages: 1);
        (await AskAsync(frames, bytesAtATime: 1)).ShouldBeOk(messages: 1);
    }

    [Theory]
    [InlineData(0, StatusCode.Internal)]
    [InlineData(1, StatusCode.Internal)]
    [InlineData(Limit, StatusCode.Internal)]
    [InlineData(Limit + 1, StatusCode.ResourceExhausted)]
    [InlineData(int.MaxValue, StatusCode.ResourceExhausted)]
    [InlineData(0x8000_0000, StatusCode.ResourceExhausted)]
    [InlineData(0xFFFF_FFFF, StatusCode.ResourceExhausted)]
    public async Task A_length_that_lies_is_found_out(uint length, StatusCode expected) =>
        (await AskAsync([Frame.Data(1, MessageMutator.Prefixed(Shot, length: length), end: true)])).ShouldBe(expected);

    [Fact]
    public async Task A_message_that_claims_four_gibibytes_is_refused_before_a_byte_of_it_has_come()
    {
        // No end of the stream: the prefix alone is enough.
        (await AskAsync([Frame.Data(1, [0, 0xFF, 0xFF, 0xFF, 0xFF])])).ShouldBe(StatusCode.ResourceExhausted);
    }

    [Theory]
    [InlineData(1, null, StatusCode.Internal)]
    [InlineData(1, "identity", StatusCode.Internal)]
    [InlineData(2, null, StatusCode.Internal)]
    [InlineData(2, "gzip", StatusCode.Internal)]
    [InlineData(0x80, "gzip", StatusCode.Internal)]
    [InlineData(0xFF, null, StatusCode.Internal)]
    [InlineData(1, "gzip", StatusCode.Internal)] // The bytes are no gzip.
    [InlineData(0, "gzip", StatusCode.OK)]
    public async Task A_compressed_flag_that_lies_is_found_out(byte flag, string? encoding, StatusCode expected) =>
        (await AskAsync([Frame.Data(1, MessageMutator.Prefixed(Shot, flag), end: true)], encoding: encoding)).ShouldBe(expected);

    [Fact]
    public async Task A_compressed_message_is_taken_whole_or_not_at_all()
    {
        var compressed = MessageMutator.Compressed(Shot);

        (await AskCompressedAsync(compressed)).ShouldBe(StatusCode.OK);
        (await AskCompressedAsync([.. compressed, 0])).ShouldBe(StatusCode.Internal);
        (await AskCompressedAsync([.. compressed, .. compressed])).ShouldBe(StatusCode.Internal);
        for (var cut = 1; cut < compressed.Length; cut++)
        {
            (await AskCompressedAsync(compressed[..cut])).ShouldBe(StatusCode.Internal, $"cut to {cut} of {compressed.Length} bytes");
        }
    }

    [Fact]
    public async Task A_bomb_stops_at_the_limit()
    {
        var bomb = MessageMutator.Compressed(new byte[200 * 1024 * 1024]);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);

        (await AskCompressedAsync(bomb[..(Limit - 1)])).ShouldBe(StatusCode.ResourceExhausted);

        (GC.GetTotalAllocatedBytes(precise: true) - allocated).ShouldBeLessThan(32L * 1024 * 1024);
    }

    [Fact]
    public async Task Bombs_within_bombs_and_members_without_end_are_no_message()
    {
        var inner = MessageMutator.Compressed(new byte[100 * 1024]);
        byte[] empty = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        // Decompressed once, whatever is in it.
        (await AskCompressedAsync(MessageMutator.Compressed(inner))).ShouldBe(StatusCode.Internal);
        (await AskCompressedAsync([.. Enumerable.Repeat(inner, 100).SelectMany(member => member)])).ShouldBe(StatusCode.ResourceExhausted);
        (await AskCompressedAsync([.. Enumerable.Repeat(empty, (Limit / empty.Length) - 10).SelectMany(member => member), .. MessageMutator.Compressed(Shot)[..^1]])).ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task Trailers_of_a_client_end_its_request_and_say_nothing()
    {
        var trailers = HeaderBlock.Encode([("grpc-status", "13"), ("x-late", "1"), ("content-type", "text/html")]);

        (await AskAsync([Frame.Data(1, MessageMutator.Prefixed(Shot)), Frame.Headers(1, trailers, end: true)])).ShouldBeOk(messages: 1);
    }

    [Fact]
    public async Task Trailers_that_hold_pseudo_headers_end_the_connection()
    {
        await using var connection = await RawConnection.OpenAsync(_server.EndPoint);
        var hearing = await FireAsync(connection, [Frame.Headers(1, HeaderBlock.Encode([(":path", "/x")]), end: true)], null, int.MaxValue);

        hearing.GoAway.ShouldBe(ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData("Ask")]
    [InlineData("Listen")]
    public async Task A_call_of_one_message_takes_no_other_number(string method)
    {
        var message = MessageMutator.Prefixed(Shot);

        (await AskAsync([Frame.Data(1, [], end: true)], method: method)).ShouldBe(StatusCode.Internal);
        (await AskAsync([Frame.Data(1, [.. message, .. message], end: true)], method: method)).ShouldBe(StatusCode.Internal);
        (await AskAsync([Frame.Data(1, [.. message, 0], end: true)], method: method)).ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task An_empty_answer_is_not_compressed_since_nothing_is_no_gzip()
    {
        var headers = HeaderMutator.Proper(CallFrames.Service + "Tell");
        headers.Add(("grpc-accept-encoding", "gzip"));
        await using var connection = await RawConnection.OpenAsync(_server.EndPoint);

        var answer = (await FireAsync(connection, [Frame.Data(1, [], end: true)], headers, int.MaxValue)).On(1);

        answer.ShouldBeOk(messages: 1);
        answer.Body.ShouldBe([0, 0, 0, 0, 0]);
    }

    private Task<Answer> AskCompressedAsync(byte[] compressed)
    {
        var body = MessageMutator.Prefixed(compressed, flag: 1);
        var frames = body.Chunk(16 * 1024).Select(piece => Frame.Data(1, piece)).ToList();
        return AskAsync([.. frames, Frame.Data(1, [], end: true)], encoding: "gzip");
    }

    private async Task<Answer> AskAsync(IReadOnlyList<Frame> body, string? encoding = null, string method = "Ask", int bytesAtATime = int.MaxValue)
    {
        var headers = HeaderMutator.Proper(CallFrames.Service + method);
        if (encoding is not null)
        {
            headers.Add(("grpc-encoding", encoding));
        }

        await using var connection = await RawConnection.OpenAsync(_server.EndPoint);
        var hearing = await FireAsync(connection, body, headers, bytesAtATime);
        hearing.Closed.ShouldBeFalse();
        return hearing.On(1);
    }

    private static async Task<Hearing> FireAsync(RawConnection connection, IReadOnlyList<Frame> body, List<(string Name, string Value)>? headers, int bytesAtATime)
    {
        await connection.SendAsync(RawConnection.Greeting);
        await connection.SendAsync(Frame.Headers(1, HeaderBlock.Encode(headers ?? HeaderMutator.Proper(CallFrames.Service + "Ask"))));
        foreach (var piece in body.SelectMany(frame => frame.ToBytes()).Chunk(bytesAtATime == int.MaxValue ? 64 * 1024 : bytesAtATime))
        {
            await connection.TrySendAsync(piece);
        }

        var hearing = new Hearing(connection);
        await hearing.UntilAsync(heard => heard.On(1).IsOver);
        return hearing;
    }
}
