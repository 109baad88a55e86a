using System.Text.Json;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Servers;
using Exchange.Cli.Demo.World;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>The governed node as a process of the run, which can be asked what it used.</summary>
internal sealed class NodeServer : IRunningNode, IMeasuredProcess
{
    private readonly ServerProcess _process;

    private NodeServer(ServerProcess process, NodeAddress address) => (_process, Address) = (process, address);

    public string Name => "node";

    public NodeAddress Address { get; }

    public static Task<NodeServer> StartAsync(ServerOrder order) => StartAsync(order, TimeSpan.FromSeconds(30));

    /// <summary>The same, of a node that has much to read before it serves.</summary>
    public static async Task<NodeServer> StartAsync(ServerOrder order, TimeSpan patience)
    {
        var process = ServerProcess.Launch(ServerKind.Node);
        try
        {
            return new NodeServer(process, NodeAddress.Parse(await process.AskLineAsync(JsonSerializer.Serialize(order), patience)));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public Task<Usage> ReadUsageAsync() => _process.ReadUsageAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
