using Exchange.Grpc.Tests.Protos;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Grpc.Tests;

/// <summary>A deadline that passes while the handler waits for its client: what it waits with and what the client does meanwhile change nothing.</summary>
public sealed class DeadlineWaitTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Twice as much is more than a stream's window.</summary>
    private static readonly EchoResponse Half = new() { Payload = ByteString.CopyFrom(new byte[50_000]) };

    private readonly FakeClock _serverClock = new();
    private readonly CancellationTokenSource _own = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestServer _server = null!;
    private Echo.EchoClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(services: services => services.AddSingleton<TimeProvider>(_serverClock));
        _client = new Echo.EchoClient(_server.Channel(options => options.Clock = new FakeClock()));
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _own.Dispose();
    }

    [Fact]
    public async Task It_ends_a_read_that_has_a_token_of_its_own()
    {
        _server.Service.OnTell = async (requests, _) =>
        {
            _entered.SetResult();
            _failed.SetResult(await Record.ExceptionAsync(() => requests.MoveNext(_own.Token)));
            return new EchoResponse();
        };
        using var call = _client.Tell(deadline: Deadline);
        await _entered.Task.WaitAsync(Patience);

        _serverClock.Advance(TimeSpan.FromSeconds(5));

        (await _failed.Task.WaitAsync(Patience)).ShouldBeAssignableTo<OperationCanceledException>();
        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_read_after_it_fails_whatever_its_token()
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Service.OnTell = async (requests, _) =>
        {
            _entered.SetResult();
            await answered.Task;
            _failed.SetResult(await Record.ExceptionAsync(() => requests.MoveNext(_own.Token)));
            return new EchoResponse();
        };
        using var call = _client.Tell(deadline: Deadline);
        await _entered.Task.WaitAsync(Patience);

        _serverClock.Advance(TimeSpan.FromSeconds(5));
        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        answered.SetResult();

        (await _failed.Task.WaitAsync(Patience)).ShouldBeAssignableTo<OperationCanceledException>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_ends_a_write_that_nobody_reads(bool hasOwnToken)
    {
        _server.Service.OnListen = async (_, responses, _) =>
        {
            await responses.WriteAsync(Half);
            _entered.SetResult();
            _failed.SetResult(await Record.ExceptionAsync(async () =>
            {
                while (true)
                {
                    await responses.WriteAsync(Half, hasOwnToken ? _own.Token : CancellationToken.None);
                }
            }));
        };
        using var call = _client.Listen(new EchoRequest(), deadline: Deadline);
        await _entered.Task.WaitAsync(Patience);

        _serverClock.Advance(TimeSpan.FromSeconds(5));

        (await _failed.Task.WaitAsync(Patience)).ShouldBeAssignableTo<OperationCanceledException>();
        (await EndAsync(call)).ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task It_cancels_the_handler_although_the_client_does_not_read_what_was_written()
    {
        _server.Service.OnListen = async (_, responses, context) =>
        {
            responses.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
            await responses.WriteAsync(Half);
            await responses.WriteAsync(Half);
            _entered.SetResult();
            _failed.SetResult(await Record.ExceptionAsync(() => Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken)));
        };
        using var call = _client.Listen(new EchoRequest(), deadline: Deadline);
        await _entered.Task.WaitAsync(Patience);

        _serverClock.Advance(TimeSpan.FromSeconds(5));

        (await _failed.Task.WaitAsync(Patience)).ShouldBeAssignableTo<OperationCanceledException>();
        (await EndAsync(call)).ShouldBe(StatusCode.DeadlineExceeded);
    }

    /// <summary>By the clock of the client, which stands still: only the server sees it pass.</summary>
    private static DateTime Deadline => new FakeClock().GetUtcNow().UtcDateTime.AddSeconds(5);

    private static async Task<StatusCode> EndAsync(AsyncServerStreamingCall<EchoResponse> call)
    {
        try
        {
            while (await call.ResponseStream.MoveNext().WaitAsync(Patience))
            {
            }

            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
