using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Mutations;
using Exchange.Hostile.Tests.Requests;
using Exchange.Hostile.Tests.Targets;
using Xunit.Abstractions;

namespace Exchange.Hostile.Tests.Floods;

/// <summary>Peers that keep to the letter of the protocol and send too much of it: memory stays bounded, and others are served meanwhile.</summary>
public sealed class FloodTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const long MostGrowth = 64L * 1024 * 1024;

    private TargetServer _server = null!;
    private Witness _witness = null!;
    private MemoryGauge _before;

    public async Task InitializeAsync()
    {
        _server = await TargetServer.StartAsync();
        _witness = new Witness(_server.OpenChannel());
        await _witness.IsServedAsync();
        _before = MemoryGauge.Read();
    }

    public async Task DisposeAsync()
    {
        await _witness.DisposeAsync();
        await _server.IsQuietAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Rapid_resets_cost_their_sender_its_connections_and_nobody_else_anything()
    {
        var (resets, connections, calmed) = (0, 0, 0);
        while (resets < HostileSettings.Resets)
        {
            await using var connection = await RawConnection.OpenAsync(_server.EndPoint);
            connections++;
            var hearing = new Hearing(connection);
            var listening = hearing.ToEndAsync();
            await connection.SendAsync(RawConnection.Greeting);
            var block = HeaderBlock.Encode(HeaderMutator.Proper(CallFrames.Service + "Tell"));
            for (var stream = 1u; resets < HostileSettings.Resets; stream += 2, resets++)
            {
                if (!await connection.TrySendAsync((byte[])[.. Frame.Headers(stream, block).ToBytes(), .. Frame.Reset(stream, ErrorCode.Cancel).ToBytes()]))
                {
                    break;
                }
            }

            await connection.EndAsync();
            await listening;
            calmed += hearing.GoAway is null or ErrorCode.NoError ? 0 : 1;
        }

        await ReportAsync($"{resets} streams opened and reset on {connections} connections, {calmed} of them ended by the server");
    }

    [Fact]
    public async Task Continuations_without_end_are_cut_off_at_the_limit_of_a_header_block()
    {
        const int Most = 10_000;
        await using var connection = await RawConnection.OpenAsync(_server.EndPoint);
        var hearing = new Hearing(connection);
        var listening = hearing.ToEndAsync();
        await connection.SendAsync(RawConnection.Greeting);
        await connection.SendAsync(new Frame(FrameKind.Headers, 0, 1, HeaderBlock.Encode(HeaderMutator.Proper(CallFrames.Service + "Ask"))).ToBytes());
        var sent = 0;
        var more = new Frame(FrameKind.Continuation, 0, 1, HeaderBlock.Encode([("x-more", new string('x', 1000))])).ToBytes();
        while (sent < Most && !listening.IsCompleted && await connection.TrySendAsync(more))
        {
            sent++;
        }

        await listening;
        sent.ShouldBeLessThan(Most);
        await ReportAsync($"{sent} CONTINUATION frames of a KiB were sent before the connection ended ({hearing.GoAway})");
    }

    [Theory]
    [InlineData("PING")]
    [InlineData("SETTINGS")]
    [InlineData("empty CONTINUATION")]
    [InlineData("empty DATA")]
    [InlineData("WINDOW_UPDATE")]
    public async Task Frames_that_cost_nothing_to_send_cost_no_memory_to_receive(string kind)
    {
        const int Most = 100_000;
        const int Batch = 500;
        var frame = kind switch
        {
            "PING" => Frame.Ping(1),
            "SETTINGS" => Frame.Settings((Setting.MaxFrameSize, 16 * 1024)),
            "empty CONTINUATION" => new Frame(FrameKind.Continuation, 0, 1, []),
            "empty DATA" => Frame.Data(1, []),
            _ => Frame.WindowUpdate(0, 1),
        };
        await using var connection = await RawConnection.OpenAsync(_server.EndPoint);
        await connection.SendAsync(RawConnection.Greeting);
        var block = HeaderBlock.Encode(HeaderMutator.Proper(CallFrames.Service + "Tell"));
        await connection.SendAsync(new Frame(FrameKind.Headers, kind == "empty CONTINUATION" ? (byte)0 : Frame.EndHeaders, 1, block).ToBytes());

        // Answers are not read: what the server would like to say, it must not keep without bound.
        var bytes = Enumerable.Repeat(frame.ToBytes(), Batch).SelectMany(one => one).ToArray();
        var sent = 0;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        while (sent < Most && await TrySendAsync(connection, bytes, patience.Token))
        {
            sent += Batch;
        }

        await ReportAsync($"{sent} frames of {kind} were taken");
    }

    private static async Task<bool> TrySendAsync(RawConnection connection, byte[] bytes, CancellationToken patience)
    {
        try
        {
            // A server that no longer reads is one way of defending itself.
            return await connection.TrySendAsync(bytes).WaitAsync(patience);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ReportAsync(string what)
    {
        await _witness.IsServedAsync();
        var answered = _witness.Answered;
        var after = MemoryGauge.Read();
        output.WriteLine($"{what}; witness answered {answered} times; {_before}; then {after}");
        (after.Heap - _before.Heap).ShouldBeLessThan(MostGrowth);
    }
}
