using System.Diagnostics;
using Exchange.Cli.Demo.World;
using Exchange.Node.Tests.Connections;
using Exchange.Node.Tests.Worlds;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Exchange.Node.Tests.Operations;

public sealed class StopTests : IAsyncLifetime
{
    private readonly SomeWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Who_watches_the_nodes_health_is_told_and_does_not_hold_up_its_stop()
    {
        using var channel = _world.OpenChannel(DemoMembers.TaxService);
        using var watching = new Health.HealthClient(channel).Watch(new HealthCheckRequest());
        (await watching.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();
        watching.ResponseStream.Current.Status.ShouldBe(ServingStatus.Serving);
        var started = Stopwatch.GetTimestamp();

        await _world.RestartAsync();

        // Not a measurement: the node gives calls 30 seconds, and the watch would last for ever.
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
        (await watching.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();
        watching.ResponseStream.Current.Status.ShouldBe(ServingStatus.NotServing);
        (await watching.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task Health_says_NOT_SERVING_before_connections_are_told_to_go_away()
    {
        await using var wire = await MemberWire.ConnectAsync(_world.OptionsOf(DemoMembers.TaxService));
        await wire.SendAsync(Http2Frame.Call(1, "/grpc.health.v1.Health/Watch", scheme: "https"), Http2Frame.Data(1, true, [0, 0, 0, 0, 0]));
        await wire.UntilAsync(IsStatus(ServingStatus.Serving));

        var stopping = _world.RestartAsync();

        await wire.UntilClosedAsync();
        await stopping;
        var told = wire.Received.FindIndex(frame => IsStatus(ServingStatus.NotServing)(frame));
        told.ShouldBeGreaterThan(0);
        wire.Received.FindIndex(frame => frame.Type == FrameType.GoAway).ShouldBeGreaterThan(told);
        wire.Received.ShouldContain(frame => frame.Stream == 1 && frame.Ends);
    }

    [Fact]
    public async Task Calls_under_way_are_answered_and_logged_before_the_node_stops()
    {
        // The provider is slower than the stop, and the consumer has its answer nevertheless: here, that the provider was too slow.
        var fetching = _world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.AnsweredLate));
        await _world.LateAsked.WaitAsync(TimeSpan.FromSeconds(30));

        await _world.Node.Host.StopAsync();

        var refused = await Should.ThrowAsync<Client.ExchangeRefusedException>(() => fetching);
        refused.Reason.ShouldBe("PROVIDER_TIMED_OUT");
        refused.Receipt.ShouldNotBeNull();
    }

    private static Func<Http2Frame, bool> IsStatus(ServingStatus status) => frame =>
        frame is { Type: FrameType.Data, Stream: 1 } && frame.Payload.AsSpan().EndsWith([(byte)0x08, (byte)status]);
}
