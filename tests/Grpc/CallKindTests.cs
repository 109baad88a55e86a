using Exchange.Grpc.Tests.Protos;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Grpc.Tests;

public sealed class CallKindTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_unary_call_brings_one_message_each_way()
    {
        using var call = _server.Client.AskAsync(new EchoRequest { Text = "hello" });

        (await call).Text.ShouldBe("hello");
        call.GetStatus().ShouldBe(Status.DefaultSuccess);
        call.GetTrailers().ShouldBeEmpty();
    }

    [Fact]
    public void A_blocking_call_returns_the_response() =>
        _server.Client.Ask(new EchoRequest { Text = "hello" }).Text.ShouldBe("hello");

    [Fact]
    public async Task Empty_messages_are_messages() =>
        (await _server.Client.AskAsync(new EchoRequest())).ShouldBe(new EchoResponse());

    [Fact]
    public async Task A_message_larger_than_any_window_arrives_whole()
    {
        var payload = new byte[3 * 1024 * 1024];
        new Random(1).NextBytes(payload);

        var response = await _server.Client.AskAsync(new EchoRequest { Payload = UnsafeByteOperations.UnsafeWrap(payload) });

        response.Payload.Span.SequenceEqual(payload).ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_stream_brings_its_messages_in_order()
    {
        using var call = _server.Client.Listen(new EchoRequest { Text = "tick", Times = 1000 });

        var numbers = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            numbers.Add(response.Number);
        }

        numbers.ShouldBe(Enumerable.Range(1, 1000));
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_stream_may_be_empty()
    {
        using var call = _server.Client.Listen(new EchoRequest { Times = 0 });

        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task A_server_stream_that_fails_gives_its_messages_first()
    {
        _server.Service.OnListen = async (_, responses, _) =>
        {
            await responses.WriteAsync(new EchoResponse { Number = 1 });
            throw new RpcException(new Status(StatusCode.DataLoss, "lost"), new Metadata { { "why", "disk" } });
        };
        using var call = _server.Client.Listen(new EchoRequest());

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext());

        failure.Status.Detail.ShouldBe("lost");
        failure.Trailers.GetValue("why").ShouldBe("disk");
        call.GetStatus().StatusCode.ShouldBe(StatusCode.DataLoss);
        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.DataLoss);
    }

    [Fact]
    public async Task A_large_stream_flows_although_its_reader_holds_little()
    {
        var payload = ByteString.CopyFrom(new byte[100_000]);
        using var call = _server.Client.Listen(new EchoRequest { Times = 100, Payload = payload });

        var total = 0L;
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            total += response.Payload.Length;
        }

        total.ShouldBe(100 * 100_000);
    }

    [Fact]
    public async Task A_writer_waits_for_a_reader_that_does_not_read()
    {
        const int Messages = 200;
        var written = 0;
        _server.Service.OnListen = async (request, responses, _) =>
        {
            while (Volatile.Read(ref written) < Messages)
            {
                await responses.WriteAsync(new EchoResponse { Payload = request.Payload });
                Interlocked.Increment(ref written);
            }
        };
        using var call = _server.Client.Listen(new EchoRequest { Payload = ByteString.CopyFrom(new byte[1_000_000]) });
        await call.ResponseHeadersAsync;

        // Without backpressure the writer reaches its end while these calls go back and forth; with it, it comes to rest before.
        var other = _server.Client;
        for (var (seen, calls) = (-1, 0); calls < 100; calls++)
        {
            await other.AskAsync(new EchoRequest());
            if (seen != Volatile.Read(ref written))
            {
                (seen, calls) = (Volatile.Read(ref written), 0);
            }
        }

        Volatile.Read(ref written).ShouldBeLessThan(Messages / 2);
    }

    [Fact]
    public async Task A_client_stream_is_answered_once()
    {
        using var call = _server.Client.Tell();
        foreach (var text in new[] { "a", "b", "c" })
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = text });
        }

        await call.RequestStream.CompleteAsync();

        (await call).ShouldBe(new EchoResponse { Text = "abc", Number = 3 });
    }

    [Fact]
    public async Task Two_streams_run_against_each_other()
    {
        using var call = _server.Client.Talk();
        for (var number = 1; number <= 10; number++)
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = "ping" });
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
            call.ResponseStream.Current.Number.ShouldBe(number);
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_writer_learns_the_status_of_a_server_that_answers_early()
    {
        _server.Service.OnTell = (_, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "no"));
        using var call = _server.Client.Tell();

        var failure = await Should.ThrowAsync<RpcException>(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new EchoRequest { Text = "more" });
            }
        });

        failure.StatusCode.ShouldBe(StatusCode.PermissionDenied);
        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task Many_calls_share_a_channel()
    {
        var client = _server.Client;

        var texts = await Task.WhenAll(Enumerable.Range(0, 500).Select(async number =>
            (await client.AskAsync(new EchoRequest { Text = $"{number}", Payload = ByteString.CopyFrom(new byte[number * 7]) })).Text));

        texts.ShouldBe(Enumerable.Range(0, 500).Select(number => $"{number}"));
    }
}
