using Exchange.Grpc.Tests.Protos;
using Grpc.Core;

namespace Exchange.Grpc.Tests;

public sealed class CancellationTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _server.Service.OnAsk = async (_, context) =>
        {
            await WaitAsync(context);
            return new EchoResponse();
        };
        _server.Service.OnListen = async (_, responses, context) =>
        {
            await responses.WriteAsync(new EchoResponse { Number = 1 });
            await WaitAsync(context);
        };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_cancelled_call_cancels_its_handler()
    {
        using var source = new CancellationTokenSource();
        using var call = _server.Client.AskAsync(new EchoRequest(), cancellationToken: source.Token);
        await _entered.Task;

        await source.CancelAsync();

        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task;
    }

    [Fact]
    public async Task A_disposed_call_cancels_its_handler()
    {
        var call = _server.Client.AskAsync(new EchoRequest());
        await _entered.Task;

        call.Dispose();

        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task;
    }

    [Fact]
    public async Task A_disposed_stream_cancels_its_handler_even_if_nobody_was_reading()
    {
        var call = _server.Client.Listen(new EchoRequest());
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        await _entered.Task;

        call.Dispose();

        await _cancelled.Task;
        call.GetStatus().StatusCode.ShouldBe(StatusCode.Cancelled);
        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    [Fact]
    public async Task A_cancelled_read_cancels_the_call()
    {
        using var source = new CancellationTokenSource();
        using var call = _server.Client.Listen(new EchoRequest());
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        await _entered.Task;
        var read = call.ResponseStream.MoveNext(source.Token);

        await source.CancelAsync();

        (await Should.ThrowAsync<RpcException>(() => read)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task;
    }

    [Fact]
    public async Task A_disposed_channel_cancels_its_calls()
    {
        var channel = _server.Channel();
        using var call = new Echo.EchoClient(channel).AskAsync(new EchoRequest());
        await _entered.Task;

        channel.Dispose();

        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task;
        Should.Throw<ObjectDisposedException>(channel.CreateCallInvoker);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_sends_nothing()
    {
        var failure = await Should.ThrowAsync<RpcException>(
            async () => await _server.Client.AskAsync(new EchoRequest(), cancellationToken: new CancellationToken(canceled: true)));

        failure.StatusCode.ShouldBe(StatusCode.Cancelled);
        _entered.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_channel_may_throw_the_frameworks_exception_instead()
    {
        using var source = new CancellationTokenSource();
        var client = new Echo.EchoClient(_server.Channel(options => options.ThrowOperationCanceledOnCancellation = true));
        using var call = client.AskAsync(new EchoRequest(), cancellationToken: source.Token);
        await _entered.Task;

        await source.CancelAsync();

        (await Should.ThrowAsync<OperationCanceledException>(async () => await call)).CancellationToken.ShouldBe(source.Token);
    }

    [Fact]
    public async Task A_server_that_cancels_by_itself_is_seen_as_it_says()
    {
        _server.Service.OnAsk = (_, _) => throw new RpcException(Status.DefaultCancelled);

        (await Should.ThrowAsync<RpcException>(async () => await _server.Client.AskAsync(new EchoRequest()))).StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    private async Task WaitAsync(ServerCallContext context)
    {
        context.CancellationToken.Register(_cancelled.SetResult);
        _entered.SetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
    }
}
