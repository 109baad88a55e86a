using Exchange.Cli.Demo.World;
using Exchange.Node.Tests.Worlds;

namespace Exchange.Node.Tests.Connections;

/// <summary>The same through the node's own listener, with the members' TLS.</summary>
public sealed class MemberConnectionTests : IAsyncLifetime
{
    private readonly SomeWorld _world = new();

    public async Task InitializeAsync()
    {
        await _world.InitializeAsync();
        await File.AppendAllTextAsync(_world.World.NodeConfiguration, "\nlimits: {connection_age: 1s}\n");
        await _world.RestartAsync();
    }

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_members_connection_ends_at_its_age()
    {
        await using var wire = await MemberWire.ConnectAsync(_world.OptionsOf(DemoMembers.TaxService));

        await wire.UntilAsync(FrameType.GoAway);

        await wire.UntilClosedAsync();
    }

    [Fact]
    public async Task A_client_does_not_notice()
    {
        await using var wire = await MemberWire.ConnectAsync(_world.OptionsOf(DemoMembers.TaxService));
        var ended = wire.UntilClosedAsync();

        // As long as another connection lives, and once more: the client's own have been replaced at least once.
        do
        {
            (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();
        }
        while (!ended.IsCompleted);

        (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();
    }
}
