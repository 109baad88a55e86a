using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Transfers.Clients;
using Exchange.Client;

namespace Exchange.Benches.Load.Transfers.Arms;

/// <summary>The governed node, asked by the SDK, which opens every envelope and checks its evidence.</summary>
internal sealed class OpeningArm(string name, IReadOnlyList<IMeasuredProcess> processes, ExchangeClient client) : IArm
{
    public string Name => name;

    public IReadOnlyList<IMeasuredProcess> Processes => processes;

    public bool Offers(CallKind kind) => kind == CallKind.Unary;

    public async Task CallAsync(int worker, Workload workload, byte[] message)
    {
        var page = await client.FetchAsync(Questions.OfClient(workload.PayloadBytes, worker));
        if (page.Records.Count == 0)
        {
            throw new InvalidDataException("A page without records came.");
        }
    }
}
