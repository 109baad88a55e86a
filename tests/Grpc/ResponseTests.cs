using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Grpc.Tests;

/// <summary>What the client makes of answers that a gRPC server would not give.</summary>
public sealed class ResponseTests
{
    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(301, StatusCode.Unknown)]
    [InlineData(418, StatusCode.Unknown)]
    public async Task An_HTTP_status_means_a_gRPC_status(int http, StatusCode expected) => (await AskAsync(context =>
    {
        context.Response.StatusCode = http;
        return Task.CompletedTask;
    })).StatusCode.ShouldBe(expected);

    [Fact]
    public async Task A_gRPC_status_beats_the_HTTP_status() => (await AskAsync(context =>
    {
        context.Response.StatusCode = 503;
        context.Response.Headers.GrpcStatus = "7";
        return Task.CompletedTask;
    })).StatusCode.ShouldBe(StatusCode.PermissionDenied);

    [Fact]
    public async Task A_page_of_HTML_is_UNKNOWN() => (await AskAsync(context =>
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync("<html/>");
    })).StatusCode.ShouldBe(StatusCode.Unknown);

    [Fact]
    public async Task Missing_trailers_are_UNKNOWN() => (await AskAsync(context => WriteAsync(context, RawCalls.Frame("x"u8)))).StatusCode.ShouldBe(StatusCode.Unknown);

    [Theory]
    [InlineData("17", StatusCode.Unknown)]
    [InlineData("-1", StatusCode.Unknown)]
    [InlineData("OK", StatusCode.Unknown)]
    [InlineData("16", StatusCode.Unauthenticated)]
    public async Task A_status_that_is_no_status_is_UNKNOWN(string status, StatusCode expected) => (await AskAsync(context =>
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers.GrpcStatus = status;
        return Task.CompletedTask;
    })).StatusCode.ShouldBe(expected);

    [Fact]
    public async Task OK_without_a_message_is_INTERNAL() => (await AskAsync(context => EndAsync(context, []))).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task OK_in_the_headers_of_a_unary_call_is_INTERNAL() => (await AskAsync(context =>
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers.GrpcStatus = "0";
        return Task.CompletedTask;
    })).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task Two_messages_are_INTERNAL() =>
        (await AskAsync(context => EndAsync(context, [.. RawCalls.Frame("x"u8), .. RawCalls.Frame("y"u8)]))).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_cut_message_is_INTERNAL() =>
        (await AskAsync(context => EndAsync(context, RawCalls.Frame("x"u8, length: 2)))).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_claim_of_four_gibibytes_is_RESOURCE_EXHAUSTED_before_it_comes() => (await AskAsync(async context =>
    {
        await WriteAsync(context, RawCalls.Frame([], length: uint.MaxValue));
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    })).StatusCode.ShouldBe(StatusCode.ResourceExhausted);

    [Fact]
    public async Task A_compressed_flag_without_an_encoding_is_INTERNAL() =>
        (await AskAsync(context => EndAsync(context, RawCalls.Frame("x"u8, flag: 1)))).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task An_encoding_that_was_not_offered_is_INTERNAL() => (await AskAsync(context =>
    {
        context.Response.Headers.GrpcEncoding = "snappy";
        return EndAsync(context, RawCalls.Frame("x"u8));
    })).StatusCode.ShouldBe(StatusCode.Internal);

    [Fact]
    public async Task A_message_before_a_refusal_is_dropped() => (await AskAsync(context => EndAsync(context, RawCalls.Frame("x"u8), "9"))).StatusCode.ShouldBe(StatusCode.FailedPrecondition);

    [Fact]
    public async Task A_trailer_that_is_not_base64_is_INTERNAL() => (await AskAsync(context =>
    {
        context.Response.AppendTrailer("details-bin", "!");
        return EndAsync(context, RawCalls.Frame("x"u8), "9");
    })).StatusCode.ShouldBe(StatusCode.Internal);

    [Theory]
    [InlineData(0x0, StatusCode.Internal)]
    [InlineData(0x1, StatusCode.Internal)]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x3, StatusCode.Internal)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    [InlineData(0xc, StatusCode.PermissionDenied)]
    public async Task A_reset_means_a_status(int errorCode, StatusCode expected) => (await AskAsync(async context =>
    {
        await WriteAsync(context, []);
        context.Features.Get<IHttpResetFeature>()!.Reset(errorCode);
    })).StatusCode.ShouldBe(expected);

    [Fact]
    public async Task A_message_that_comes_byte_by_byte_is_read() => (await AnswerAsync(async context =>
    {
        foreach (var octet in RawCalls.Frame("slowly"u8))
        {
            await WriteAsync(context, [octet]);
        }

        await EndAsync(context, []);
    })).ShouldBe("slowly");

    [Fact]
    public async Task A_connection_that_is_refused_is_UNAVAILABLE()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");

        (await Should.ThrowAsync<RpcException>(() => channel.AskAsync("raw", "Ask"))).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_UNAVAILABLE()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var channel = GrpcChannel.ForAddress($"http://{listener.LocalEndpoint}");
        var call = channel.AskAsync("raw", "Ask");
        using (await listener.AcceptTcpClientAsync())
        {
        }

        (await Should.ThrowAsync<RpcException>(() => call)).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task A_connection_that_breaks_within_a_call_is_UNAVAILABLE() => (await AskAsync(async context =>
    {
        await WriteAsync(context, RawCalls.Frame("x"u8, length: 2));
        context.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeFeature>()?.Abort();
    })).StatusCode.ShouldBe(StatusCode.Unavailable);

    [Fact]
    public async Task Headers_may_be_awaited_on_a_call_that_fails()
    {
        await using var server = await TestServer.StartAsync(map: app => app.MapPost("/raw/Ask", (HttpContext context) => context.Response.StatusCode = 503));
        using var call = server.Channel().CreateCallInvoker().AsyncUnaryCall(RawCalls.Method("raw", "Ask"), null, default, string.Empty);

        (await call.ResponseHeadersAsync).ShouldNotContain(entry => entry.Key == "grpc-status");
        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    private static async Task WriteAsync(HttpContext context, byte[] bytes)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "application/grpc";
        }

        await context.Response.BodyWriter.WriteAsync(bytes);
    }

    private static async Task EndAsync(HttpContext context, byte[] bytes, string status = "0")
    {
        await WriteAsync(context, bytes);
        context.Response.AppendTrailer("grpc-status", status);
    }

    private static async Task<string> AnswerAsync(RequestDelegate answer)
    {
        await using var server = await TestServer.StartAsync(map: app => app.MapPost("/raw/Ask", answer));
        return await server.Channel().AskAsync("raw", "Ask");
    }

    private static Task<RpcException> AskAsync(RequestDelegate answer) => Should.ThrowAsync<RpcException>(() => AnswerAsync(answer));
}
