using Exchange.Hostile.Tests.Http2;
using Exchange.Hostile.Tests.Mutations;
using Exchange.Hostile.Tests.Requests;
using Exchange.Hostile.Tests.Targets;
using Exchange.Node;
using Xunit.Abstractions;

namespace Exchange.Hostile.Tests.Floods;

/// <summary>Streams that are opened and never used.</summary>
public sealed class IdleStreamTests(ITestOutputHelper output)
{
    private const int PerStream = 64 * 1024;

    [Fact]
    public async Task Idle_streams_cost_little_and_go_with_their_connections()
    {
        await using var server = await TargetServer.StartAsync();
        var witness = new Witness(server.OpenChannel());
        await witness.IsServedAsync();
        var before = MemoryGauge.Read();
        var limit = new NodeLimits().StreamsPerConnection;
        var connections = new List<RawConnection>();
        var block = HeaderBlock.Encode(HeaderMutator.Proper(CallFrames.Service + "Tell"));
        for (var left = HostileSettings.Streams; left > 0; left -= limit)
        {
            var connection = await RawConnection.OpenAsync(server.EndPoint);
            connections.Add(connection);
            await connection.SendAsync((byte[])[.. RawConnection.Greeting, .. Enumerable.Range(0, Math.Min(left, limit)).SelectMany(stream => Frame.Headers((uint)(1 + (2 * stream)), block).ToBytes())]);
        }

        // Handlers of streams of requests wait as long as they may; the witness's own call comes and goes.
        await Eventually.HoldsAsync(() => server.Service.Running >= HostileSettings.Streams, () => $"{server.Service.Running} handlers wait");
        await witness.IsServedAsync();
        var during = MemoryGauge.Read();
        output.WriteLine($"{HostileSettings.Streams} idle streams on {connections.Count} connections; witness answered {witness.Answered} times; {before}; then {during}");
        (during.Heap - before.Heap).ShouldBeLessThan((long)HostileSettings.Streams * PerStream);

        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }

        await witness.DisposeAsync();
        await server.IsQuietAsync();
    }

    [Fact]
    public async Task A_stream_beyond_the_limit_is_refused_unprocessed()
    {
        await using var server = await TargetServer.StartAsync(new NodeLimits { StreamsPerConnection = 2 });
        await using var connection = await RawConnection.OpenAsync(server.EndPoint);
        await connection.SendAsync(RawConnection.Greeting);
        var block = HeaderBlock.Encode(HeaderMutator.Proper(CallFrames.Service + "Tell"));
        foreach (var stream in new uint[] { 1, 3, 5 })
        {
            await connection.SendAsync(Frame.Headers(stream, block));
        }

        var hearing = new Hearing(connection);
        await hearing.UntilAsync(heard => heard.On(5).IsOver);

        hearing.On(5).Reset.ShouldBe(ErrorCode.RefusedStream);
        hearing.Closed.ShouldBeFalse();
    }
}
