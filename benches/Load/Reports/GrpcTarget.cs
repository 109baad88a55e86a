using Exchange.Benches.Load.Arms;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Reports;

/// <summary>A target of the runtime and what this run says of it; a ratio of throughput or bytes of allocation.</summary>
internal sealed record GrpcTarget(string What, string Target, double? Ratio, double? Bytes, bool Met)
{
    private const double LeastRatio = 0.9;
    private const double MostBytes = 600;

    public static IReadOnlyList<GrpcTarget> Of(IReadOnlyList<Row> rows)
    {
        var targets = new List<GrpcTarget>();
        foreach (var workload in rows.Where(row => row.Kind == CallKind.Unary).GroupBy(row => (row.PayloadBytes, row.InFlight)))
        {
            var arms = workload.ToDictionary(row => row.Arm);
            if (arms.TryGetValue(GrpcArms.Floor, out var floor) && arms.TryGetValue(GrpcArms.Ours, out var ours)
                && arms.TryGetValue(GrpcArms.OurServer, out var server) && arms.TryGetValue(GrpcArms.OurClient, out var client))
            {
                var where = $"{workload.Key.PayloadBytes} B, {workload.Key.InFlight} in flight";
                targets.Add(OfRatio($"throughput ÷ bare, {where}", ours.ToFloor));
                targets.Add(OfBytes($"server's extra bytes a call, {where}", server.ServerBytes - floor.ServerBytes));
                targets.Add(OfBytes($"client's extra bytes a call, {where}", client.ClientBytes - floor.ClientBytes));
            }
        }

        return targets;
    }

    private static GrpcTarget OfRatio(string what, double ratio) => new(what, $"at least {LeastRatio}", ratio, null, ratio >= LeastRatio);

    private static GrpcTarget OfBytes(string what, double bytes) => new(what, $"at most {MostBytes}", null, bytes, bytes <= MostBytes);
}
