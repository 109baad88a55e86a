using Exchange.Benches.Load.Paced;
using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Transfers.Worlds;

namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>A steady load, and into it a fleet that connects.</summary>
internal static class FleetTurn
{
    private const int Workers = 64;

    /// <summary>While a fleet shakes hands, others wait for seconds; that is what is measured.</summary>
    private static readonly TimeSpan Arrears = TimeSpan.FromSeconds(10);

    /// <summary>Watches the load before, while the fleet connects, and after.</summary>
    /// <param name="arm">The steady load's.</param>
    /// <param name="perSecond">Its rate.</param>
    /// <param name="fleet">Who connects.</param>
    /// <param name="clients">How many they are.</param>
    /// <param name="window">How long the load is watched before, and after.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<FleetRow> MeasureAsync(IArm arm, double perSecond, Fleet fleet, int clients, TimeSpan window, CancellationToken cancellation)
    {
        await using var load = PacedLoad.Start(arm, new Workload(CallKind.Unary, BenchOrders.UsualAnswer, Workers, 1), perSecond, Arrears);
        await Task.Delay(window / 2, cancellation);
        load.Take();
        await Task.Delay(window, cancellation);
        var before = load.Take().Microseconds(0.99);
        var outcome = await fleet.ConnectAsync();
        var during = load.Take().Microseconds(0.99);

        // The fleet has closed its connections by now; what is left of that belongs to "during" and to nobody's figure.
        await Task.Delay(window / 2, cancellation);
        load.Take();
        await Task.Delay(window, cancellation);
        var after = load.Take().Microseconds(0.99);
        return load.KeptUp ? new FleetRow(clients, perSecond, before, during, after, load.Failures, outcome) : throw new InvalidOperationException("The steady load fell behind for good.");
    }
}
