using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Grpc.Tests;

/// <summary>When a channel connects again; the clock stands still until a test moves it.</summary>
public sealed class ReconnectingTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new();
    private readonly TcpListener _listener = Http2Wire.Listen();
    private readonly SocketsHttpHandler _handler;
    private readonly int _port;
    private GrpcChannel _channel;
    private Func<CancellationToken, Task>? _onConnect;
    private int _attempts;

    public ReconnectingTests()
    {
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _handler = new SocketsHttpHandler { ConnectCallback = ConnectAsync };
        _channel = Open();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _channel.Dispose();
        _handler.Dispose();
        _listener.Stop();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task After_a_failed_connect_calls_fail_at_once_until_the_next_is_due()
    {
        _listener.Stop();
        (await FailAsync()).Status.Detail.ShouldContain("refused");
        _attempts.ShouldBe(1);

        var refused = await FailAsync();

        _attempts.ShouldBe(1);
        refused.Status.Detail.ShouldContain("tried again in");
        refused.Status.Detail.ShouldContain("refused");
        refused.Status.DebugException.ShouldBeOfType<HttpRequestException>();
        await FailAfterAsync(1.2, attempts: 2); // 1 s and a fifth.
        await FailAfterAsync(1.27, attempts: 2); // 1.6 s less a fifth is more.
        await FailAfterAsync(0.66, attempts: 3); // 1.6 s and a fifth is less.
    }

    [Fact]
    public async Task Pauses_grow_to_their_limit_and_no_further()
    {
        _channel.Dispose();
        _channel = Open(options => (options.InitialReconnectBackoff, options.MaxReconnectBackoff) = (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5)));
        _listener.Stop();
        await FailAsync();
        await FailAfterAsync(4.81, attempts: 2);

        for (var attempt = 3; attempt < 12; attempt++)
        {
            await FailAfterAsync(3.9, attempts: attempt - 1);
            await FailAfterAsync(2.2, attempts: attempt);
        }
    }

    [Fact]
    public async Task Many_calls_that_one_attempt_fails_count_once()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _onConnect = _ => release.Task;
        var calls = Enumerable.Range(0, 20).Select(_ => FailAsync()).ToArray();

        release.SetException(new SocketException((int)SocketError.ConnectionRefused));
        await Task.WhenAll(calls);

        var attempts = _attempts;
        await FailAfterAsync(1.2, attempts + 1); // Still the first pause.
    }

    [Fact]
    public async Task A_server_that_dies_and_comes_back_on_its_port_is_found_again()
    {
        await using (var wire = await AnswerAsync(_listener, 1))
        {
        }

        _listener.Stop();
        await FailAsync(); // With the old connection, or because there is no new one; the next call in any case of that.
        await FailAsync();
        using var again = Http2Wire.Listen(_port);
        (await FailAsync()).StatusCode.ShouldBe(StatusCode.Unavailable);
        _clock.Advance(TimeSpan.FromSeconds(1.2));

        await using var second = await AnswerAsync(again, 1);

        // And all is forgotten: the next failure has the first pause again.
        await second.DisposeAsync();
        again.Stop();
        await FailAsync();
        await FailAsync();
        var attempts = _attempts;
        await FailAfterAsync(1.2, attempts + 1);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_replaced_at_once_and_one_that_breaks_again_is_not()
    {
        await FailWhileAsync(BreakAsync);
        _attempts.ShouldBe(1);
        await FailWhileAsync(BreakAsync);
        _attempts.ShouldBe(2);

        (await FailAsync()).Status.Detail.ShouldContain("tried again in");

        _attempts.ShouldBe(2);
    }

    [Fact]
    public async Task A_connect_that_takes_too_long_is_UNAVAILABLE_and_counts()
    {
        _handler.ConnectTimeout = TimeSpan.FromMilliseconds(200);
        _onConnect = cancelled => Task.Delay(Timeout.InfiniteTimeSpan, cancelled);

        (await FailAsync()).StatusCode.ShouldBe(StatusCode.Unavailable);

        (await FailAsync()).Status.Detail.ShouldContain("tried again in");
        _attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_call_that_its_caller_cancels_says_nothing_of_the_server()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _onConnect = _ => release.Task;
        using var source = new CancellationTokenSource();
        var call = _channel.AskAsync("raw", "Ask", options: new CallOptions(cancellationToken: source.Token));
        await source.CancelAsync();
        (await Should.ThrowAsync<RpcException>(() => call)).StatusCode.ShouldBe(StatusCode.Cancelled);
        release.SetResult();

        await using var wire = await AnswerAsync(_listener, 1);
    }

    [Fact]
    public void A_pause_is_above_zero()
    {
        var options = new GrpcChannelOptions();

        options.InitialReconnectBackoff.ShouldBe(TimeSpan.FromSeconds(1));
        options.MaxReconnectBackoff.ShouldBe(TimeSpan.FromMinutes(2));
        Should.Throw<ArgumentException>(() => options.InitialReconnectBackoff = TimeSpan.Zero);
        Should.Throw<ArgumentException>(() => options.MaxReconnectBackoff = TimeSpan.Zero);
        options.MaxReconnectBackoff = null;
    }

    private GrpcChannel Open(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions { HttpHandler = _handler, Clock = _clock };
        configure?.Invoke(options);
        return GrpcChannel.ForAddress($"http://127.0.0.1:{_port}", options);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attempts);
        if (_onConnect is { } onConnect)
        {
            await onConnect(cancellationToken);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private Task<RpcException> FailAsync() => Should.ThrowAsync<RpcException>(() => _channel.AskAsync("raw", "Ask").WaitAsync(TimeSpan.FromSeconds(30)));

    private async Task FailAfterAsync(double seconds, int attempts)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        (await FailAsync()).StatusCode.ShouldBe(StatusCode.Unavailable);
        _attempts.ShouldBe(attempts);
    }

    private async Task FailWhileAsync(Func<Task> happens)
    {
        var call = FailAsync();
        await happens();
        (await call).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    /// <summary>Takes a call and closes its connection; earlier, the handler would try again by itself.</summary>
    private async Task BreakAsync()
    {
        await using var wire = await Http2Wire.AcceptAsync(_listener);
        await wire.UntilAsync(FrameType.Headers);
    }

    /// <summary>A call that the next connection answers; the connection, still open.</summary>
    private async Task<Http2Wire> AnswerAsync(TcpListener listener, int stream)
    {
        var call = _channel.AskAsync("raw", "Ask");
        var accepting = Http2Wire.AcceptAsync(listener);
        if (await Task.WhenAny(call, accepting) == call)
        {
            await call; // It failed before it connected; its exception says why.
        }

        var wire = await accepting;
        await wire.UntilAsync(frame => frame.Stream == stream && frame.Ends);
        await wire.AnswerAsync(stream, "here"u8.ToArray());
        (await call).ShouldBe("here");
        return wire;
    }
}
