using Exchange.Grpc.Tests.Protos;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Grpc.Tests;

/// <summary>Calls take over what earlier calls have left: token sources, buffers, boxes. Nothing of one call may reach another.</summary>
public sealed class ReuseTests
{
    private const int Rounds = 400;

    [Fact]
    public async Task Cancelling_a_call_that_has_ended_does_not_cancel_the_next()
    {
        await using var server = await TestServer.StartAsync();
        var client = server.Client;
        for (var round = 0; round < Rounds; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var ended = client.AskAsync(new EchoRequest { Text = "ended" }, cancellationToken: cancellation.Token);
            await ended;

            using var next = client.AskAsync(new EchoRequest { Text = "next" });
            await cancellation.CancelAsync();
            ended.Dispose();

            (await next).Text.ShouldBe("next");
            ended.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        }
    }

    [Fact]
    public async Task Cancelling_at_the_moment_of_the_answer_ends_that_call_alone_one_way_or_the_other()
    {
        await using var server = await TestServer.StartAsync();
        var client = server.Client;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            List<StatusCode> seen = [];
            for (var round = 0; round < Rounds; round++)
            {
                // Neighbours with payloads of their own would show another call's buffer, token or answer.
                var payload = ByteString.CopyFrom(Enumerable.Repeat((byte)random.Next(256), random.Next(1, 3000)).ToArray());
                using var cancellation = new CancellationTokenSource();
                using var call = client.AskAsync(new EchoRequest { Text = $"{worker}/{round}", Payload = payload }, cancellationToken: cancellation.Token);
                using var neighbour = client.AskAsync(new EchoRequest { Text = $"neighbour of {worker}/{round}", Payload = payload });
                var spin = random.Next(20_000);
                var cancelling = Task.Run(() =>
                {
                    Thread.SpinWait(spin);
                    cancellation.Cancel();
                });
                seen.Add(await OutcomeAsync(call, $"{worker}/{round}", payload));
                (await OutcomeAsync(neighbour, $"neighbour of {worker}/{round}", payload)).ShouldBe(StatusCode.OK);
                await cancelling;
            }

            return seen;
        })));

        outcomes.SelectMany(seen => seen).ShouldAllBe(code => code == StatusCode.OK || code == StatusCode.Cancelled);
        server.Log.Lines.ShouldNotContain(line => line.Contains("GrpcHandlerFailed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_whose_deadline_passes_leaves_its_neighbours_alone()
    {
        await using var server = await TestServer.StartAsync();
        server.Service.OnAsk = async (request, context) =>
        {
            if (request.Times > 0)
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return new EchoResponse { Text = request.Text };
        };
        var client = server.Client;
        for (var round = 0; round < 50; round++)
        {
            using var late = client.AskAsync(new EchoRequest { Times = 1 }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(5));
            using var neighbour = client.AskAsync(new EchoRequest { Text = "neighbour" });

            (await neighbour).Text.ShouldBe("neighbour");
            (await Should.ThrowAsync<RpcException>(async () => await late)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        }
    }

    [Fact]
    public async Task A_short_deadline_after_long_ones_is_kept_on_both_sides()
    {
        await using var server = await TestServer.StartAsync();
        var (begun, stopped) = (0, 0);
        server.Service.OnAsk = async (request, context) =>
        {
            if (request.Times > 0)
            {
                Interlocked.Increment(ref begun);
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Interlocked.Increment(ref stopped);
            }

            return new EchoResponse { Text = request.Text };
        };
        var client = server.Client;
        for (var round = 0; round < 50; round++)
        {
            // What this one leaves, the next ones take over: its alarm is set for an hour.
            (await client.AskAsync(new EchoRequest { Text = "long" }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1))).Text.ShouldBe("long");
            using var late = client.AskAsync(new EchoRequest { Times = 1 }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(5));
            (await Should.ThrowAsync<RpcException>(async () => await late.ResponseAsync.WaitAsync(TimeSpan.FromSeconds(30)))).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        }

        // Every handler that began was told.
        SpinWait.SpinUntil(() => Volatile.Read(ref stopped) == Volatile.Read(ref begun), TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_handler_hangs_on_the_token_of_a_call_with_a_deadline_does_not_fire_with_a_later_call()
    {
        await using var server = await TestServer.StartAsync();
        var fired = 0;
        server.Service.OnAsk = async (request, context) =>
        {
            if (request.Times > 0)
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return new EchoResponse();
            }

            context.CancellationToken.Register(() => Interlocked.Increment(ref fired));
            return new EchoResponse();
        };
        var client = server.Client;
        for (var round = 0; round < 20; round++)
        {
            await client.AskAsync(new EchoRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
            using var late = client.AskAsync(new EchoRequest { Times = 1 }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(20));
            await Should.ThrowAsync<RpcException>(async () => await late);
        }

        // What a call hung on its token went with the call.
        fired.ShouldBe(0);
    }

    [Fact]
    public async Task A_channel_that_closes_ends_its_unary_calls_and_its_idle_streams_and_says_why()
    {
        await using var server = await TestServer.StartAsync();
        server.Service.OnAsk = async (_, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new EchoResponse();
        };
        for (var round = 0; round < 20; round++)
        {
            var channel = server.Channel();
            var client = new Echo.EchoClient(channel);
            using var unary = client.AskAsync(new EchoRequest());
            using var idle = client.Talk();
            await idle.RequestStream.WriteAsync(new EchoRequest { Text = "once" });
            (await idle.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();

            channel.Dispose();

            idle.GetStatus().Detail.ShouldBe("The channel was disposed.");
            var failure = await Should.ThrowAsync<RpcException>(async () => await unary);
            failure.Status.StatusCode.ShouldBe(StatusCode.Cancelled);
            failure.Status.Detail.ShouldBe("The channel was disposed.");
        }
    }

    private static async Task<StatusCode> OutcomeAsync(AsyncUnaryCall<EchoResponse> call, string text, ByteString payload)
    {
        try
        {
            var answer = await call;
            answer.Text.ShouldBe(text);
            answer.Payload.ShouldBe(payload);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
