using System.Text;
using System.Text.Json;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Servers;
using Exchange.Benches.Load.Transfers.Arms;
using Exchange.Benches.Load.Transfers.Clients;
using Exchange.Benches.Load.Transfers.Servers;
using Exchange.Benches.Load.Transfers.Worlds;
using Exchange.Cli.Demo.World;

namespace Exchange.Benches.Load.Transfers.Scale;

/// <summary>Two nodes before one provider, asked by one client: one with next to nothing in it, and a large one whose requests are about all of its subjects.</summary>
internal sealed class ScaleArms : IAsyncDisposable
{
    public const string Empty = "empty node";
    public const string Large = "large node";

    private readonly TransferWorld _world;
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<RawArm> _arms = [];

    private ScaleArms(TransferWorld world, LargeSize size) => (_world, LargeNode) = (world, new LargeNode(world, size));

    public IReadOnlyList<IArm> Arms => _arms;

    public LargeNode LargeNode { get; }

    public static async Task<ScaleArms> StartAsync(string? folder, LargeSize size, int connections, Action<string> say, CancellationToken cancellation)
    {
        var started = new ScaleArms(await TransferWorld.CreateAsync(folder), size);
        try
        {
            await started.OpenAsync(size, connections, say, cancellation);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _arms.ForEach(arm => arm.Dispose());
        foreach (var server in Enumerable.Reverse(_servers))
        {
            await server.DisposeAsync();
        }

        await _world.DisposeAsync();
    }

    private async Task OpenAsync(LargeSize size, int connections, Action<string> say, CancellationToken cancellation)
    {
        var order = new ServerOrder(_world.Certificates, _world.Demo.NodeConfiguration, null, connections);
        var provider = await ServerProcess.StartAsync(ServerKind.Provider, JsonSerializer.Serialize(order));
        _servers.Add(provider);
        _world.NameProvider(new Uri($"https://127.0.0.1:{provider.Greeting.Port}"), connections);
        LargeNode.Configure();

        NodeServer? small = null;
        await _world.Demo.StartNodeAsync(async _ => small = await NodeServer.StartAsync(order), cancellation);
        await _world.GiveConsentsAsync();
        await LargeNode.FillAsync(say, cancellation);
        var large = await LargeNode.StartAsync(order, cancellation);
        _servers.Add(large);
        say($"The large node started in {LargeNode.Started.TotalSeconds:N1} s, and was at rest {LargeNode.Settled.TotalSeconds:N0} s later.");

        string[] few = [.. Enumerable.Range(0, BenchOrders.CustomersOfEach).Select(number => BenchOrders.Customer(BenchOrders.UsualAnswer, number))];
        Add(Empty, small!, provider, few, connections);
        Add(Large, large, provider, size.Asked(), connections);
    }

    private void Add(string name, NodeServer node, ServerProcess provider, IReadOnlyCollection<string> customers, int connections)
    {
        var placeholder = Encoding.ASCII.GetBytes(Inn.OfCustomer(BenchOrders.Customer(BenchOrders.UsualAnswer, 0)));
        var method = RawFetch.GovernedAbout(new SubjectNumbers(customers), placeholder);
        var channel = _world.Connect(node.Address.Endpoint.Port, DemoMembers.Node, connections);
        _arms.Add(new RawArm(name, [node, provider], channel, method, (size, _) => Questions.OfNode(size, 0), TransferArms.CheckEnvelope));
    }
}
