using Exchange.Benches.Load.Clients;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Arms;

/// <summary>A server and a client of the echo, over a number of connections that is the same for every arm.</summary>
internal sealed class EchoArm(string name, IMeasuredProcess server, IReadOnlyList<IEchoClient> connections, bool unaryOnly = false) : IArm, IDisposable
{
    public string Name => name;

    public IReadOnlyList<IMeasuredProcess> Processes { get; } = [server];

    public bool Offers(CallKind kind) => kind == CallKind.Unary || !unaryOnly;

    public Task CallAsync(int worker, Workload workload, byte[] message)
    {
        var client = connections[worker % connections.Count];
        return workload.Kind switch
        {
            CallKind.Unary => client.AskAsync(message),
            CallKind.ServerStream => client.ListenAsync(message, workload.Messages),
            CallKind.ClientStream => client.TellAsync(message, workload.Messages),
            _ => client.TalkAsync(message, workload.Messages),
        };
    }

    public void Dispose()
    {
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }
}
