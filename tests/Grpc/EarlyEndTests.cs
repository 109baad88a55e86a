using Exchange.Grpc.Tests.Protos;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Grpc.Tests;

/// <summary>Streams that end in another order than usual: either side first, in the middle of a message, before anybody has read.</summary>
public sealed class EarlyEndTests : IAsyncLifetime
{
    private static readonly EchoRequest Large = new() { Payload = ByteString.CopyFrom(new byte[1_000_000]) };

    /// <summary>Only so that what never ends is a failure which says where.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync()
    {
        _gate.TrySetResult();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_server_goes_on_after_its_client_has_said_all()
    {
        _server.Service.OnTalk = async (requests, responses, _) =>
        {
            (await requests.MoveNext(CancellationToken.None)).ShouldBeFalse();
            await responses.WriteAsync(new EchoResponse { Number = 1 });
            await _gate.Task;
            await responses.WriteAsync(new EchoResponse { Number = 2 });
        };
        using var call = _server.Client.Talk();
        await call.RequestStream.CompleteAsync();

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        _gate.SetResult();
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        call.ResponseStream.Current.Number.ShouldBe(2);
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new EchoRequest()));
    }

    [Fact]
    public async Task A_server_may_end_while_its_client_has_more_to_say()
    {
        _server.Service.OnTalk = (_, responses, _) => responses.WriteAsync(new EchoResponse { Text = "enough" });
        using var call = _server.Client.Talk();

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();

        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new EchoRequest()));
        await call.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task A_handler_that_returns_before_it_has_read_answers_and_harms_no_other_call()
    {
        _server.Service.OnTell = (_, _) => Task.FromResult(new EchoResponse { Text = "enough" });
        var client = _server.Client;

        for (var i = 0; i < 20; i++)
        {
            using var call = client.Tell();
            var writing = Record.ExceptionAsync(() => call.RequestStream.WriteAsync(Large));
            (await call.ResponseAsync.WaitAsync(Patience)).Text.ShouldBe("enough");
            await writing.WaitAsync(Patience);
        }

        // Twenty megabytes that nobody read, on one connection: its window must be free again.
        (await client.AskAsync(Large).ResponseAsync.WaitAsync(Patience)).Payload.Length.ShouldBe(1_000_000);
    }

    [Fact]
    public async Task A_second_write_while_one_is_pending_is_a_mistake_on_the_client()
    {
        _server.Service.OnTell = async (_, _) =>
        {
            await _gate.Task;
            return new EchoResponse();
        };
        using var call = _server.Client.Tell();
        var pending = call.RequestStream.WriteAsync(Large); // Larger than the window, and nobody reads.

        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new EchoRequest()));
        pending.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_second_write_while_one_is_pending_is_a_mistake_on_the_server()
    {
        var second = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Service.OnListen = async (request, responses, context) =>
        {
            _ = responses.WriteAsync(new EchoResponse { Payload = request.Payload }); // Larger than the window, and nobody reads.
            second.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(new EchoResponse())));
            context.Status = new Status(StatusCode.Aborted, "seen");
        };
        using var call = _server.Client.Listen(Large);

        (await second.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task What_waits_for_more_leaves_with_the_next_or_with_the_end()
    {
        _server.Service.OnTalk = async (requests, responses, _) =>
        {
            responses.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
            await responses.WriteAsync(new EchoResponse { Number = 1 });
            _entered.SetResult();
            await _gate.Task;
            await responses.WriteAsync(new EchoResponse { Number = 2 });
            await foreach (var request in requests.ReadAllAsync())
            {
                await responses.WriteAsync(new EchoResponse { Number = 3, Text = request.Text });
            }
        };
        var client = _server.Client;
        using var call = client.Talk();
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "last" });
        var first = call.ResponseStream.MoveNext();
        await _entered.Task;
        await client.AskAsync(new EchoRequest());
        first.IsCompleted.ShouldBeFalse();

        _gate.SetResult();
        await call.RequestStream.CompleteAsync();

        var numbers = new List<int>();
        for (var more = await first; more; more = await call.ResponseStream.MoveNext())
        {
            numbers.Add(call.ResponseStream.Current.Number);
        }

        numbers.ShouldBe([1, 2, 3]);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Theory]
    [InlineData(MethodType.Unary)]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task A_call_of_any_kind_can_be_cancelled_before_it_begins(MethodType kind)
    {
        (await RunAsync(kind, new CancellationToken(canceled: true))).ShouldBe(StatusCode.Cancelled);

        _entered.Task.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(MethodType.Unary)]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task A_call_of_any_kind_can_be_cancelled_while_its_handler_runs(MethodType kind)
    {
        WaitInEveryHandler(responds: false);
        using var source = new CancellationTokenSource();
        var running = RunAsync(kind, source.Token);
        await _entered.Task;

        await source.CancelAsync();

        (await running).ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task A_stream_can_be_cancelled_between_its_messages(MethodType kind)
    {
        WaitInEveryHandler(responds: true);
        using var source = new CancellationTokenSource();
        var running = RunAsync(kind, source.Token);
        await _entered.Task;

        await source.CancelAsync();

        (await running).ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task A_write_that_nobody_reads_can_be_cancelled(MethodType kind)
    {
        WaitInEveryHandler(responds: false);
        using var source = new CancellationTokenSource();
        var client = _server.Client;
        using var tell = kind == MethodType.ClientStreaming ? client.Tell(cancellationToken: source.Token) : null;
        using var talk = kind == MethodType.DuplexStreaming ? client.Talk(cancellationToken: source.Token) : null;
        var requests = tell?.RequestStream ?? talk!.RequestStream;
        var writing = Should.ThrowAsync<RpcException>(async () =>
        {
            while (true)
            {
                await requests.WriteAsync(Large);
            }
        });
        await _entered.Task;

        await source.CancelAsync();

        (await writing).StatusCode.ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private void WaitInEveryHandler(bool responds)
    {
        _server.Service.OnAsk = async (_, context) => await WaitAsync(context);
        _server.Service.OnTell = async (_, context) => await WaitAsync(context);
        _server.Service.OnListen = async (_, responses, context) => await RespondAsync(responses, context);
        _server.Service.OnTalk = async (_, responses, context) => await RespondAsync(responses, context);

        async Task RespondAsync(IServerStreamWriter<EchoResponse> responses, ServerCallContext context)
        {
            if (responds)
            {
                await responses.WriteAsync(new EchoResponse());
            }

            await WaitAsync(context);
        }
    }

    private async Task<EchoResponse> WaitAsync(ServerCallContext context)
    {
        context.CancellationToken.Register(() => _cancelled.TrySetResult());
        _entered.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        return new EchoResponse();
    }

    /// <summary>Runs a call to its end, writing nothing and reading everything.</summary>
    private async Task<StatusCode> RunAsync(MethodType kind, CancellationToken cancellationToken)
    {
        var client = _server.Client;
        try
        {
            switch (kind)
            {
                case MethodType.Unary:
                    await client.AskAsync(new EchoRequest(), cancellationToken: cancellationToken);
                    break;
                case MethodType.ClientStreaming:
                    using (var call = client.Tell(cancellationToken: cancellationToken))
                    {
                        await call;
                    }

                    break;
                case MethodType.ServerStreaming:
                    using (var call = client.Listen(new EchoRequest(), cancellationToken: cancellationToken))
                    {
                        await DrainAsync(call.ResponseStream);
                    }

                    break;
                default:
                    using (var call = client.Talk(cancellationToken: cancellationToken))
                    {
                        await DrainAsync(call.ResponseStream);
                    }

                    break;
            }

            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }

        static async Task DrainAsync(IAsyncStreamReader<EchoResponse> responses)
        {
            while (await responses.MoveNext())
            {
            }
        }
    }
}
