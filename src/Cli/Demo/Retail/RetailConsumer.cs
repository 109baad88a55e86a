using Exchange.Cli.Demo.World;
using Exchange.Client;

namespace Exchange.Cli.Demo.Retail;

/// <summary>A consumer that fetches many citizens' purchases and keeps every envelope before it goes on.</summary>
public sealed class RetailConsumer(ExchangeClient client, EnvelopeKeeper keeper, IReadOnlyList<Period> periods)
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
                Interlocked.Increment(ref _transfers);
            }
        }
    }
}
