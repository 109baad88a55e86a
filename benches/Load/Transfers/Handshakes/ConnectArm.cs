using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>Connects to one server again and again; a call is a connection.</summary>
internal sealed class ConnectArm(string name, IMeasuredProcess server, int port, Connector connector) : IArm
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => name;

    public IReadOnlyList<IMeasuredProcess> Processes => [server];

    public bool Offers(CallKind kind) => kind == CallKind.Connect;

    public async Task CallAsync(int worker, Workload workload, byte[] message)
    {
        using var patience = new CancellationTokenSource(Patience);
        await connector.ConnectAsync(port, patience.Token);
    }
}
