using System.Buffers;
using System.IO.Compression;
using Exchange.Grpc.Tests.Protos;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Exchange.Grpc.Tests;

/// <summary>gzip and identity (grpc/doc/compression.md).</summary>
public sealed class CompressionTests : IAsyncLifetime
{
    private readonly byte[] _zeros = new EchoRequest { Payload = ByteString.CopyFrom(new byte[100_000]) }.ToByteArray();
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_compressed_request_is_read()
    {
        var (code, _, body, _) = await _server.Http().AnswerAsync(Request(RawCalls.Frame(Gzip(_zeros), flag: 1), "gzip"));

        code.ShouldBe(StatusCode.OK);
        EchoResponse.Parser.ParseFrom(body.AsSpan(5)).Payload.Length.ShouldBe(100_000);
    }

    [Fact]
    public async Task A_plain_message_is_read_although_the_call_has_an_encoding() =>
        (await _server.Http().AnswerAsync(Request(RawCalls.Frame(_zeros), "gzip"))).Code.ShouldBe(StatusCode.OK);

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    public async Task A_compressed_flag_without_an_encoding_is_INTERNAL(string? encoding) =>
        (await _server.Http().AnswerAsync(Request(RawCalls.Frame(Gzip(_zeros), flag: 1), encoding))).Code.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task An_unknown_encoding_is_UNIMPLEMENTED_and_the_answer_names_the_known()
    {
        using var response = await _server.Http().SendAsync(Request(RawCalls.Frame(_zeros, flag: 1), "snappy"));

        response.Headers.GetValues("grpc-status").Single().ShouldBe("12");
        response.Headers.GetValues("grpc-accept-encoding").Single().ShouldBe("identity,gzip");
    }

    [Fact]
    public async Task Bytes_that_are_not_gzip_are_INTERNAL() =>
        (await _server.Http().AnswerAsync(Request(RawCalls.Frame([1, 2, 3], flag: 1), "gzip"))).Code.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_bomb_is_refused()
    {
        var bomb = Gzip(new byte[64 * 1024 * 1024]);
        bomb.Length.ShouldBeLessThan(100_000);

        (await _server.Http().AnswerAsync(Request(RawCalls.Frame(bomb, flag: 1), "gzip"))).Code.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public void A_bomb_grows_no_further_than_the_limit()
    {
        const int Limit = 100_000;
        var target = new PooledBuffer();
        var bomb = new ReadOnlySequence<byte>(Gzip(new byte[64 * 1024 * 1024]));

        Should.Throw<RpcException>(() => global::Grpc.Core.Wire.Gzip.Decompress(bomb, Limit, target)).StatusCode.ShouldBe(StatusCode.ResourceExhausted);

        target.Length.ShouldBeInRange(Limit, 2 * Limit);
    }

    [Fact]
    public async Task A_caller_may_ask_for_compressed_requests()
    {
        var length = new TaskCompletionSource<long?>();
        _server.Service.OnAsk = (request, context) =>
        {
            length.SetResult(request.Payload.Length);
            context.GetHttpContext().Request.Headers["grpc-encoding"].ToString().ShouldBe("gzip");
            return Task.FromResult(new EchoResponse());
        };

        await _server.Client.AskAsync(EchoRequest.Parser.ParseFrom(_zeros), new Metadata { { "grpc-internal-encoding-request", "gzip" } });

        (await length.Task).ShouldBe(100_000);
    }

    [Theory]
    [InlineData("identity", true)]
    [InlineData("GZIP", false)]
    [InlineData("br", false)]
    public async Task A_caller_who_asks_for_an_encoding_that_is_not_there_is_told(string encoding, bool known)
    {
        var asking = _server.Client.AskAsync(new EchoRequest { Text = "hello" }, new Metadata { { "grpc-internal-encoding-request", encoding } });
        if (known)
        {
            (await asking).Text.ShouldBe("hello");
            return;
        }

        var failure = await Should.ThrowAsync<RpcException>(async () => await asking);

        failure.StatusCode.ShouldBe(StatusCode.Internal);
        failure.Status.Detail.ShouldContain($"'{encoding}'");
    }

    [Fact]
    public async Task Responses_are_compressed_for_clients_that_accept_it()
    {
        await using var compressing = await TestServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        var http = compressing.Http();

        var accepting = await http.AnswerAsync(RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_zeros), request => request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity, gzip")));
        var plain = await http.AnswerAsync(RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_zeros)));

        (accepting.Body[0], accepting.Body.Length < 1000).ShouldBe(((byte)1, true));
        (plain.Body[0], plain.Body.Length > 100_000).ShouldBe(((byte)0, true));
        (await compressing.Client.AskAsync(EchoRequest.Parser.ParseFrom(_zeros))).Payload.Length.ShouldBe(100_000);
    }

    /// <summary>Not one byte is not gzip, and that is what GZipStream makes of no byte: grpc-js could not read it.</summary>
    [Fact]
    public async Task An_empty_message_is_not_compressed()
    {
        await using var compressing = await TestServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");

        var answer = await compressing.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, RawCalls.Frame([]), request => request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "gzip")));

        answer.Body.ShouldBe(RawCalls.Frame([]));
    }

    [Fact]
    public async Task A_handler_may_forbid_compression()
    {
        await using var compressing = await TestServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        compressing.Service.OnAsk = (request, context) =>
        {
            context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
            return Task.FromResult(new EchoResponse { Payload = request.Payload });
        };

        var answer = await compressing.Http().AnswerAsync(RawCalls.Request(RawCalls.AskPath, RawCalls.Frame(_zeros), request => request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "gzip")));

        answer.Body[0].ShouldBe((byte)0);
    }

    private static HttpRequestMessage Request(byte[] body, string? encoding) => RawCalls.Request(RawCalls.AskPath, body, request =>
    {
        if (encoding is not null)
        {
            request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        }
    });

    private static byte[] Gzip(byte[] plain)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize))
        {
            gzip.Write(plain);
        }

        return target.ToArray();
    }
}
