using Exchange.Cli.Demo.World;
using Exchange.Client;

namespace Exchange.Cli.Demo.Retail;

/// <summary>A consumer that fetches many citizens' purchases and keeps every envelope before it goes on.</summary>
/// <param name="client">The consumer's client.</param>
/// <param name="keeper">Where envelopes go.</param>
/// <param name="periods">What is asked for, a query each.</param>
/// <param name="kept">Told, after each envelope that is on the disk, how many there are.</param>
public sealed class RetailConsumer(ExchangeClient client, EnvelopeKeeper keeper, IReadOnlyList<Period> periods, Action<int>? kept = null)
{
    private int _transfers;

    /// <summary>How many envelopes were received and kept.</summary>
    public int Transfers => Volatile.Read(ref _transfers);

    /// <summary>Fetches all pages about one citizen.</summary>
    public async Task FetchAsync(Citizen citizen, CancellationToken cancellation)
    {
        foreach (var period in periods)
        {
            await foreach (var page in client.FetchPagesAsync(DemoQueries.ForDeduction(citizen, period), cancellation))
            {
                keeper.Keep(citizen.Inn, page.TransferId, page.EnvelopeBytes);
                var transfers = Interlocked.Increment(ref _transfers);
                kept?.Invoke(transfers);
            }
        }
    }
}
