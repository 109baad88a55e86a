using Exchange.Grpc.Tests.Protos;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Grpc.Tests;

/// <summary>Message sizes, in both directions on both sides; every limit is tried at its edge.</summary>
public sealed class LimitTests
{
    private const int Limit = 1000;
    private static readonly int Overhead = new EchoRequest { Payload = ByteString.CopyFrom(new byte[Limit]) }.CalculateSize() - Limit;

    [Theory]
    [InlineData(0, StatusCode.OK)]
    [InlineData(1, StatusCode.ResourceExhausted)]
    public async Task The_server_receives_up_to_its_limit(int excess, StatusCode expected)
    {
        await using var server = await TestServer.StartAsync(options => options.MaxReceiveMessageSize = Limit);

        (await AskAsync(server.Client, excess)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0, StatusCode.OK)]
    [InlineData(1, StatusCode.ResourceExhausted)]
    public async Task The_server_sends_up_to_its_limit(int excess, StatusCode expected)
    {
        await using var server = await TestServer.StartAsync(options => options.MaxSendMessageSize = Limit);

        (await AskAsync(server.Client, excess)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0, StatusCode.OK)]
    [InlineData(1, StatusCode.ResourceExhausted)]
    public async Task The_client_receives_up_to_its_limit(int excess, StatusCode expected)
    {
        await using var server = await TestServer.StartAsync();

        (await AskAsync(new Echo.EchoClient(server.Channel(options => options.MaxReceiveMessageSize = Limit)), excess)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0, StatusCode.OK)]
    [InlineData(1, StatusCode.ResourceExhausted)]
    public async Task The_client_sends_up_to_its_limit(int excess, StatusCode expected)
    {
        await using var server = await TestServer.StartAsync();

        (await AskAsync(new Echo.EchoClient(server.Channel(options => options.MaxSendMessageSize = Limit)), excess)).ShouldBe(expected);
    }

    [Fact]
    public async Task A_service_may_have_its_own_limit()
    {
        await using var server = await TestServer.StartAsync(
            options => options.MaxReceiveMessageSize = 1,
            services => services.Configure<GrpcServiceOptions<EchoService>>(own => own.MaxReceiveMessageSize = Limit));

        (await AskAsync(server.Client, 0)).ShouldBe(StatusCode.OK);
        (await AskAsync(server.Client, 1)).ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task The_default_limit_is_four_mebibytes_and_null_is_none()
    {
        const int MoreThanDefault = 5 * 1024 * 1024;
        await using var guarded = await TestServer.StartAsync();
        await using var open = await TestServer.StartAsync(options => options.MaxReceiveMessageSize = null);

        (await AskAsync(guarded.Client, MoreThanDefault)).ShouldBe(StatusCode.ResourceExhausted);
        (await AskAsync(open.Client, MoreThanDefault)).ShouldBe(StatusCode.ResourceExhausted); // The client's own, on the echo.
        (await AskAsync(new Echo.EchoClient(open.Channel(options => options.MaxReceiveMessageSize = null)), MoreThanDefault)).ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task A_response_over_the_limit_within_a_stream_ends_it()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxSendMessageSize = Limit);
        server.Service.OnListen = async (_, responses, _) =>
        {
            await responses.WriteAsync(new EchoResponse { Number = 1 });
            await responses.WriteAsync(new EchoResponse { Payload = ByteString.CopyFrom(new byte[Limit]) });
        };
        using var call = server.Client.Listen(new EchoRequest());

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    // Zeros shrink to a few bytes: what counts, on every side, is the message itself.
    [Theory]
    [InlineData(0, StatusCode.OK)]
    [InlineData(1, StatusCode.ResourceExhausted)]
    public async Task A_compressed_request_has_the_same_limits(int excess, StatusCode expected)
    {
        await using var receiving = await TestServer.StartAsync(options => options.MaxReceiveMessageSize = Limit);
        await using var open = await TestServer.StartAsync();

        (await AskAsync(receiving.Client, excess, compressed: true)).ShouldBe(expected);
        (await AskAsync(new Echo.EchoClient(open.Channel(options => options.MaxSendMessageSize = Limit)), excess, compressed: true)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0, StatusCode.OK)]
    [InlineData(1, StatusCode.ResourceExhausted)]
    public async Task A_compressed_response_has_the_same_limits(int excess, StatusCode expected)
    {
        await using var sending = await TestServer.StartAsync(options => (options.ResponseCompressionAlgorithm, options.MaxSendMessageSize) = ("gzip", Limit));
        await using var open = await TestServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");

        (await AskAsync(sending.Client, excess)).ShouldBe(expected);
        (await AskAsync(new Echo.EchoClient(open.Channel(options => options.MaxReceiveMessageSize = Limit)), excess)).ShouldBe(expected);
    }

    private static async Task<StatusCode> AskAsync(Echo.EchoClient client, int excess, bool compressed = false)
    {
        var metadata = compressed ? new Metadata { { "grpc-internal-encoding-request", "gzip" } } : null;
        using var call = client.AskAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[Limit - Overhead + excess]) }, metadata);
        try
        {
            await call;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }

        return StatusCode.OK;
    }
}
