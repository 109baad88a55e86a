using Exchange.Grpc.Tests.Protos;
using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Grpc.Tests;

/// <summary>Deadlines on either side; both clocks stand still until a test moves them.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private readonly FakeClock _serverClock = new();
    private readonly FakeClock _clientClock = new();
    private readonly TaskCompletionSource<ServerCallContext> _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestServer _server = null!;
    private Echo.EchoClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(services: services => services.AddSingleton<TimeProvider>(_serverClock));
        _client = new Echo.EchoClient(_server.Channel(options => options.Clock = _clientClock));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_handler_sees_the_callers_deadline()
    {
        var deadline = _clientClock.GetUtcNow().UtcDateTime.AddSeconds(30);
        _server.Service.OnAsk = (_, context) =>
        {
            _entered.SetResult(context);
            return Task.FromResult(new EchoResponse());
        };

        await _client.AskAsync(new EchoRequest(), deadline: deadline);

        (await _entered.Task).Deadline.ShouldBe(deadline);
    }

    [Fact]
    public async Task A_passed_deadline_cancels_the_handler_and_the_server_answers()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Service.OnAsk = async (_, context) =>
        {
            _entered.SetResult(context);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            }
            finally
            {
                cancelled.SetResult();
            }

            return new EchoResponse();
        };
        using var call = _client.AskAsync(new EchoRequest(), deadline: _clientClock.GetUtcNow().UtcDateTime.AddSeconds(5));
        await _entered.Task;

        _serverClock.Advance(TimeSpan.FromSeconds(5));

        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await cancelled.Task;
    }

    [Fact]
    public async Task The_server_answers_although_the_handler_goes_on()
    {
        var gate = new TaskCompletionSource<EchoResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Service.OnAsk = (_, context) =>
        {
            _entered.SetResult(context);
            return gate.Task;
        };
        using var call = _client.AskAsync(new EchoRequest(), deadline: _clientClock.GetUtcNow().UtcDateTime.AddSeconds(5));
        await _entered.Task;

        _serverClock.Advance(TimeSpan.FromSeconds(5));

        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        gate.SetResult(new EchoResponse());
    }

    [Fact]
    public async Task A_stream_ends_at_its_deadline_after_what_was_written()
    {
        _server.Service.OnListen = async (_, responses, context) =>
        {
            await responses.WriteAsync(new EchoResponse { Number = 1 });
            _entered.SetResult(context);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        };
        using var call = _client.Listen(new EchoRequest(), deadline: _clientClock.GetUtcNow().UtcDateTime.AddMinutes(5));
        await _entered.Task;

        _serverClock.Advance(TimeSpan.FromMinutes(5));

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_write_after_the_deadline_fails()
    {
        var written = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Service.OnListen = async (_, responses, context) =>
        {
            _entered.SetResult(context);
            await gate.Task;
            written.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(new EchoResponse())));
        };
        using var call = _client.Listen(new EchoRequest(), deadline: _clientClock.GetUtcNow().UtcDateTime.AddMinutes(5));
        await _entered.Task;

        _serverClock.Advance(TimeSpan.FromMinutes(5));
        gate.SetResult();

        (await written.Task).ShouldBeOfType<OperationCanceledException>();
    }

    [Fact]
    public async Task The_client_gives_up_at_its_own_deadline_and_the_handler_is_cancelled()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Service.OnAsk = async (_, context) =>
        {
            context.CancellationToken.Register(cancelled.SetResult);
            _entered.SetResult(context);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return new EchoResponse();
        };
        using var call = _client.AskAsync(new EchoRequest(), deadline: _clientClock.GetUtcNow().UtcDateTime.AddSeconds(5));
        await _entered.Task;

        _clientClock.Advance(TimeSpan.FromSeconds(5));

        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await cancelled.Task;
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_ends_at_its_deadline()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Service.OnListen = async (_, responses, context) =>
        {
            context.CancellationToken.Register(cancelled.SetResult);
            await responses.WriteAsync(new EchoResponse());
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        };
        using var call = _client.Listen(new EchoRequest(), deadline: _clientClock.GetUtcNow().UtcDateTime.AddSeconds(5));
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();

        _clientClock.Advance(TimeSpan.FromSeconds(5));

        await cancelled.Task;
        call.GetStatus().StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_deadline_in_the_past_fails_before_anything_is_sent()
    {
        _server.Service.OnAsk = (_, _) => throw new InvalidOperationException("called");

        var failure = await Should.ThrowAsync<RpcException>(async () => await _client.AskAsync(new EchoRequest(), deadline: _clientClock.GetUtcNow().UtcDateTime));

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        _server.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deadline_of_local_time_is_a_mistake() =>
        await Should.ThrowAsync<InvalidOperationException>(async () => await _client.AskAsync(new EchoRequest(), deadline: new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Local)));

    [Fact]
    public async Task A_deadline_beyond_the_calendar_is_none()
    {
        _server.Service.OnAsk = (_, context) => Task.FromResult(new EchoResponse { Text = $"{context.Deadline == DateTime.MaxValue}" });

        var (code, _, body, _) = await SendTimeoutAsync("99999999H");

        code.ShouldBe(StatusCode.OK);
        EchoResponse.Parser.ParseFrom(body.AsSpan(5)).Text.ShouldBe("True");
    }

    [Theory]
    [InlineData("2H", 2 * 3600 * 1000.0)]
    [InlineData("3M", 3 * 60 * 1000.0)]
    [InlineData("4S", 4 * 1000.0)]
    [InlineData("5m", 5.0)]
    [InlineData("6u", 0.006)]
    [InlineData("7000n", 0.007)]
    public async Task Every_unit_is_understood(string timeout, double milliseconds)
    {
        var time = _serverClock.GetUtcNow().UtcDateTime + TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond));
        _server.Service.OnAsk = (_, context) => Task.FromResult(new EchoResponse { Text = $"{context.Deadline == time}" });

        var (_, _, body, _) = await SendTimeoutAsync(timeout);

        EchoResponse.Parser.ParseFrom(body.AsSpan(5)).Text.ShouldBe("True");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("1s")]
    [InlineData("123456789S")]
    public async Task A_malformed_timeout_is_refused(string timeout) => (await SendTimeoutAsync(timeout)).Code.ShouldBe(StatusCode.Internal);

    [Fact]
    public void A_timeout_is_written_in_the_finest_unit_that_eight_digits_allow()
    {
        CallTimeout.Encode(TimeSpan.FromTicks(1)).ShouldBe("1u");
        CallTimeout.Encode(TimeSpan.FromSeconds(-1)).ShouldBe("1u");
        CallTimeout.Encode(TimeSpan.FromSeconds(10)).ShouldBe("10000000u");
        CallTimeout.Encode(TimeSpan.FromSeconds(100)).ShouldBe("100000m");
        CallTimeout.Encode(TimeSpan.FromDays(2)).ShouldBe("172800S");
        CallTimeout.Encode(TimeSpan.FromDays(4000)).ShouldBe("5760000M");
        CallTimeout.Encode(TimeSpan.MaxValue).ShouldBe("99999999H");
    }

    [Fact]
    public async Task A_deadline_later_than_any_timer_is_kept_by_the_server()
    {
        var cancelled = WaitInHandler();
        using var call = _client.AskAsync(new EchoRequest(), deadline: _clientClock.GetUtcNow().UtcDateTime.AddDays(120));
        var context = await _entered.Task;

        for (var days = 0; days < 119; days += 7)
        {
            _serverClock.Advance(TimeSpan.FromDays(7));
        }

        context.CancellationToken.IsCancellationRequested.ShouldBeFalse();
        _serverClock.Advance(TimeSpan.FromDays(1));
        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await cancelled;
    }

    [Fact]
    public async Task A_deadline_later_than_any_timer_is_kept_by_the_client()
    {
        var cancelled = WaitInHandler();
        using var call = _client.AskAsync(new EchoRequest(), deadline: _clientClock.GetUtcNow().UtcDateTime.AddDays(120));
        var context = await _entered.Task;

        for (var days = 0; days < 119; days += 7)
        {
            _clientClock.Advance(TimeSpan.FromDays(7));
        }

        context.CancellationToken.IsCancellationRequested.ShouldBeFalse();
        _clientClock.Advance(TimeSpan.FromDays(1));
        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await cancelled;
    }

    [Theory]
    [InlineData(10, 'u')]
    [InlineData(1_000, 'm')]
    [InlineData(1_000_000, 'S')]
    [InlineData(1_000_000_000, 'M')]
    [InlineData(100_000_000_000, 'H')]
    public async Task The_client_sends_every_unit_but_the_finest(long seconds, char unit)
    {
        _server.Service.OnAsk = (_, context) => Task.FromResult(new EchoResponse { Text = context.GetHttpContext().Request.Headers["grpc-timeout"].ToString() });

        var sent = (await _client.AskAsync(new EchoRequest(), deadline: _clientClock.GetUtcNow().UtcDateTime.AddSeconds(seconds))).Text;

        sent[^1].ShouldBe(unit);
        CallTimeout.TryParse(sent, out var timeout).ShouldBeTrue();
        timeout.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds));
    }

    private Task WaitInHandler()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Service.OnAsk = async (_, context) =>
        {
            context.CancellationToken.Register(cancelled.SetResult);
            _entered.SetResult(context);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return new EchoResponse();
        };
        return cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private Task<(StatusCode Code, string Message, byte[] Body, bool TrailersOnly)> SendTimeoutAsync(string timeout) => _server.Http().AnswerAsync(
        RawCalls.Request(RawCalls.AskPath, RawCalls.Frame([]), request => request.Headers.TryAddWithoutValidation("grpc-timeout", timeout)));
}
