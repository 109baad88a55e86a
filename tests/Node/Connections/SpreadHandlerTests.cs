using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Reflection;
using Exchange.Identity;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Node.Tests.Connections;

/// <summary>Requests over several connections; the server is made of frames and answers every call with the number of its connection.</summary>
public sealed class SpreadHandlerTests : IAsyncLifetime
{
    private static readonly Method<string, string> Ask = new(MethodType.Unary, "raw", "Ask", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    private readonly TcpListener _listener = Http2Wire.Listen();
    private readonly ConcurrentDictionary<int, Http2Wire> _connections = [];
    private readonly string _address;
    private readonly GrpcChannel _channel;
    private readonly Task _accepting;
    private volatile bool _isStalling;

    public SpreadHandlerTests()
    {
        _address = $"http://{_listener.LocalEndpoint}";
        var handlers = Enumerable.Range(0, 3).Select(_ => new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PlaintextStreamFilter = async (context, cancellationToken) =>
            {
                await Task.Delay(_isStalling ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken);
                return context.PlaintextStream;
            },
        });
        _channel = GrpcChannel.ForAddress(_address, new GrpcChannelOptions { HttpHandler = new SpreadHandler(handlers, TimeProvider.System), DisposeHttpClient = true });
        _accepting = AcceptAsync();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [Fact]
    public void A_channel_may_take_it_for_the_transport_itself() =>
        typeof(SpreadHandler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .ShouldContain(named => named.Key == "Grpc.Net.Client.DirectHandler" && named.Value == typeof(SpreadHandler).FullName);

    [Fact]
    public async Task Requests_take_the_connections_in_turn()
    {
        await StandAsync();

        var answers = await AskAsync(30);

        answers.CountBy(number => number).ShouldAllBe(connection => connection.Value == 10);
        _connections.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_connection_that_breaks_and_cannot_be_made_again_is_passed_over()
    {
        await StandAsync();
        _listener.Stop();
        await _connections[1].DisposeAsync();

        // What is sent before this side has seen the end may fail with it; from then on nothing does.
        await BrokenAsync();
        var answers = await AskAsync(30);

        answers.Distinct().Order().ShouldBe([0, 2]);
    }

    [Fact]
    public async Task A_connection_that_takes_too_long_to_make_fails_no_call_while_another_stands()
    {
        await StandAsync();
        _isStalling = true;
        await _connections[1].DisposeAsync();

        var failures = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            if (await Record.ExceptionAsync(AskAsync) is RpcException failure)
            {
                failures.Add(failure.Status.Detail);
            }
        }

        // One may have been on its way when the connection broke; whoever would have used the next goes elsewhere.
        failures.ShouldNotContain(detail => detail.Contains("too long") || detail.Contains("tried again"));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_made_again()
    {
        await StandAsync();
        await _connections[1].DisposeAsync();
        await BrokenAsync();

        // If the transport has made it again by itself, nobody takes it before the time for connecting is over.
        while ((await AskAsync(3)).Distinct().Count() < 3)
        {
            await Task.Delay(10);
        }

        _connections.Count.ShouldBe(4);
    }

    [Fact]
    public async Task When_no_connection_can_be_made_the_call_is_UNAVAILABLE()
    {
        _listener.Stop();

        (await Should.ThrowAsync<RpcException>(() => AskAsync())).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    /// <summary>Until all three connections have answered.</summary>
    private async Task StandAsync()
    {
        while ((await Task.WhenAll(AskAsync(), AskAsync(), AskAsync())).Distinct().Count() < 3)
        {
        }
    }

    /// <summary>Until a round of calls has come through.</summary>
    private async Task BrokenAsync()
    {
        for (var failed = true; failed;)
        {
            try
            {
                await AskAsync(3);
                failed = false;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                // It was on its way when the connection broke.
            }
        }
    }

    private async Task<List<int>> AskAsync(int times)
    {
        var answers = new List<int>();
        for (var i = 0; i < times; i++)
        {
            answers.Add(await AskAsync());
        }

        return answers;
    }

    /// <summary>A call that nobody answers fails the test; it does not hang it.</summary>
    private async Task<int> AskAsync()
    {
        using var call = _channel.CreateCallInvoker().AsyncUnaryCall(Ask, null, new CallOptions(deadline: DateTime.UtcNow.AddMinutes(1)), string.Empty);
        return int.Parse(await call, System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            for (var number = 0; ;)
            {
                var socket = await _listener.AcceptSocketAsync();
                try
                {
                    var wire = await Http2Wire.AnswerAsync(socket);
                    _connections[number] = wire;
                    serving.Add(ServeAsync(wire, number++));
                }
                catch (IOException)
                {
                    // On a busy machine a client may give a connection up before it has said anything; others come.
                    socket.Dispose();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private static async Task ServeAsync(Http2Wire wire, int number)
    {
        try
        {
            // Without it a connection takes 13,107 calls, and then the client waits for ever.
            await wire.SendAsync(Http2Frame.WindowUpdate(0, Http2Frame.LargestWindow - Http2Frame.FirstWindow));
            while (true)
            {
                var request = await wire.UntilAsync(frame => frame.Ends);
                await wire.AnswerAsync(request.Stream, System.Text.Encoding.ASCII.GetBytes($"{number}"));
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It has ended.
        }
    }
}
