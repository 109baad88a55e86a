using System.Text.Json;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Servers;
using Exchange.Benches.Load.Transfers.Arms;
using Exchange.Benches.Load.Transfers.Servers;

namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>Whom a run connects to, all with the node's certificate: a Kestrel that does nothing else, nginx, and the node.</summary>
internal sealed class HandshakeArms : IAsyncDisposable
{
    public const string Kestrel = "bare Kestrel";
    public const string Node = "node";

    private readonly TransferArms _transfers;
    private readonly ServerProcess _kestrel;

    private HandshakeArms(TransferArms transfers, ServerProcess kestrel)
    {
        (_transfers, _kestrel) = (transfers, kestrel);
        var connector = new Connector(transfers.World.Consumer(1).Certificate);
        Connects =
        [
            new ConnectArm(Kestrel, kestrel, kestrel.Greeting.Port, connector),
            .. transfers.Nginx is { } nginx ? [new ConnectArm(TransferArms.PassThrough, nginx, nginx.Port, connector)] : Array.Empty<IArm>(),
            new ConnectArm(Node, transfers.Node, transfers.Node.Address.Endpoint.Port, connector),
        ];
    }

    public IReadOnlyList<IArm> Connects { get; }

    /// <summary>The steady load's.</summary>
    public IArm Governed => _transfers.Arms.First(arm => arm.Name == TransferArms.Governed);

    /// <summary>The client.yaml of the consumer.</summary>
    public string Client => _transfers.World.ConsumerFile;

    public static async Task<HandshakeArms> StartAsync(int connections, Action<string> say)
    {
        var transfers = await TransferArms.StartAsync(connections, say);
        try
        {
            var order = new ServerOrder(transfers.World.Certificates, transfers.World.Demo.NodeConfiguration, null, connections);
            return new HandshakeArms(transfers, await ServerProcess.StartAsync(ServerKind.Kestrel, JsonSerializer.Serialize(order)));
        }
        catch
        {
            await transfers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _kestrel.DisposeAsync();
        await _transfers.DisposeAsync();
    }
}
