using System.Diagnostics;
using Exchange.Cli.Demo.World;
using Exchange.Node.Tests.Worlds;
using Grpc.Health.V1;

namespace Exchange.Node.Tests.Operations;

public sealed class StopTests : IAsyncLifetime
{
    private readonly SomeWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Who_watches_the_nodes_health_does_not_hold_up_its_stop()
    {
        using var channel = _world.OpenChannel(DemoMembers.TaxService);
        using var watching = new Health.HealthClient(channel).Watch(new HealthCheckRequest());
        (await watching.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();
        var started = Stopwatch.GetTimestamp();

        await _world.RestartAsync();

        // Not a measurement: the host gives calls 30 seconds, and the watch would last for ever.
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
        (await watching.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeFalse();
    }
}
