using System.Net;
using Exchange.Grpc.Tests.Protos;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exchange.Grpc.Tests;

/// <summary>What the server makes of requests that a gRPC client would not send, byte by byte (PROTOCOL-HTTP2.md, "Requests").</summary>
public sealed class RequestTests : IAsyncLifetime
{
    private readonly byte[] _hello = new EchoRequest { Text = "hello" }.ToByteArray();
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(map: app => app.MapGet("/plain/page", () => "a page"));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_request_by_the_book_is_answered_with_message_and_trailers()
    {
        var (code, _, body, trailersOnly) = await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_hello)));

        code.ShouldBe(StatusCode.OK);
        trailersOnly.ShouldBeFalse();
        body.ShouldBe(RawCalls.Frame(new EchoResponse { Text = "hello" }.ToByteArray()));
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc; charset=utf-8")]
    [InlineData("Application/GRPC")]
    public async Task Every_spelling_of_the_content_type_is_taken(string contentType)
    {
        var request = RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_hello), request => SetContentType(request, contentType));

        (await _server.Http().AnswerAsync(request)).Code.ShouldBe(StatusCode.OK);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpcx")]
    [InlineData(null)]
    public async Task Another_content_type_is_refused_with_415(string? contentType)
    {
        using var response = await _server.Http().SendAsync(
            RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_hello), request => SetContentType(request, contentType)));

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Another_method_than_POST_is_refused_with_405()
    {
        using var response = await _server.Http().SendAsync(
            RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_hello), request => request.Method = HttpMethod.Put));

        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_request_without_te_is_refused()
    {
        var request = RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_hello), request => request.Headers.Remove("te"));

        (await _server.Http().AnswerAsync(request)).Code.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task HTTP_1_is_refused_with_426()
    {
        await using var both = await TestServer.StartAsync(listen: listen => listen.Protocols = HttpProtocols.Http1);
        var request = RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_hello), request => (request.Version, request.VersionPolicy) = (new Version(1, 1), HttpVersionPolicy.RequestVersionExact));

        using var response = await both.Http().SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
    }

    [Theory]
    [InlineData("/exchange.grpc.tests.Echo/Nothing", "Method is unimplemented.")]
    [InlineData("/exchange.grpc.tests.Nobody/Ask", "Service is unimplemented.")]
    public async Task What_is_not_there_is_unimplemented_without_a_body(string path, string message)
    {
        var answer = await _server.Http().AnswerAsync(RawCalls.Request(path, RawCalls.Frame(_hello)));

        answer.Code.ShouldBe(StatusCode.Unimplemented);
        answer.Message.ShouldBe(message);
        answer.TrailersOnly.ShouldBeTrue();
        answer.Body.ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_endpoints_of_the_application_are_left_alone()
    {
        (await _server.Http().GetStringAsync("/plain/page")).ShouldBe("a page");
        using var missing = await _server.Http().GetAsync("/plain/missing");
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_request_without_a_message_is_refused() =>
        (await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, []))).Code.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_second_message_in_a_unary_request_is_refused() =>
        (await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, [.. RawCalls.Frame(_hello), .. RawCalls.Frame(_hello)])))
            .Code.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_body_shorter_than_its_prefix_says_is_refused() =>
        (await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_hello, length: 100)))).Code.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_body_longer_than_its_prefix_says_is_refused() =>
        (await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_hello, length: 3)))).Code.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_body_cut_within_the_prefix_is_refused() =>
        (await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, [0, 0, 0]))).Code.ShouldBe(StatusCode.Internal);

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(0x80000000u)]
    [InlineData((4u * 1024 * 1024) + 1)]
    public async Task A_claim_over_the_limit_is_refused_before_the_message_comes(uint length)
    {
        // The body stays open after the prefix: only a server that judges the prefix alone can answer.
        using var open = new OpenContent(RawCalls.Frame([], length: length));

        var (code, _, _, trailersOnly) = await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, open));

        code.ShouldBe(StatusCode.ResourceExhausted);
        trailersOnly.ShouldBeTrue();
    }

    [Fact]
    public async Task A_flag_that_is_neither_0_nor_1_is_refused() =>
        (await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_hello, flag: 2)))).Code.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task Bytes_that_are_no_message_are_refused() =>
        (await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, RawCalls.Frame([0xFF, 0xFF])))).Code.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_message_may_be_split_at_every_byte()
    {
        var frame = RawCalls.Frame(_hello);
        for (var split = 1; split < frame.Length; split++)
        {
            using var content = new SplitContent(frame[..split], frame[split..]);

            var (code, _, body, _) = await _server.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, content));

            code.ShouldBe(StatusCode.OK);
            EchoResponse.Parser.ParseFrom(body.AsSpan(5)).Text.ShouldBe("hello");
        }
    }

    [Fact]
    public async Task A_stream_may_come_one_byte_at_a_time()
    {
        byte[] frames = [.. RawCalls.Frame(_hello), .. RawCalls.Frame([]), .. RawCalls.Frame(_hello)];
        using var content = new SplitContent([.. frames.Select(octet => new[] { octet })]);

        var (code, _, body, _) = await _server.Http().AnswerAsync(RawCalls.Request("/exchange.grpc.tests.Echo/Tell", content));

        code.ShouldBe(StatusCode.OK);
        EchoResponse.Parser.ParseFrom(body.AsSpan(5)).ShouldBe(new EchoResponse { Text = "hellohello", Number = 3 });
    }

    private static void SetContentType(HttpRequestMessage request, string? contentType)
    {
        request.Content!.Headers.ContentType = null;
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        }
    }

    /// <summary>A body in pieces, each flushed.</summary>
    private sealed class SplitContent(params byte[][] pieces) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var piece in pieces)
            {
                await stream.WriteAsync(piece);
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>A body that begins and does not end until the response has come.</summary>
    private sealed class OpenContent(byte[] beginning) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(beginning, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
