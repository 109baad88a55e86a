using Exchange.Benches.Load.Rounds;
using Exchange.Benches.Load.Transfers.Servers;

namespace Exchange.Benches.Load.Transfers.Reports;

/// <summary>What the node's call to the provider takes with HttpClient alone, in a process of its own: medians over batches, for one call.</summary>
internal sealed record BareCall(int PayloadBytes, int InFlight, double Bytes, double CpuMicroseconds)
{
    private const int Batches = 7;
    private const long MostBytesABatch = 128L * 1024 * 1024;

    public static async Task<BareCall> MeasureAsync(BareCaller caller, int payloadBytes, int inFlight)
    {
        var count = (int)Math.Clamp(MostBytesABatch / payloadBytes, 256, 2_000);
        await caller.CallAsync(payloadBytes, inFlight, 2 * count); // Until its code is compiled for good.
        var batches = new List<Usage>();
        while (batches.Count < Batches)
        {
            batches.Add(await caller.CallAsync(payloadBytes, inFlight, count));
        }

        return new BareCall(payloadBytes, inFlight, Median.Of(batches, batch => (double)batch.AllocatedBytes!.Value / count), Median.Of(batches, batch => batch.CpuMicroseconds / count));
    }
}
