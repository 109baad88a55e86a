using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Exchange.Datasets.Purchases.V1;
using Exchange.Policy.Loading;
using Exchange.Policy.Minimisation;
using Google.Protobuf;

namespace Exchange.Benches.Micro.Minimisation;

/// <summary>
/// Orders through the minimiser, and the same with Google.Protobuf: parse, clear and change, serialise. The second way checks less: neither
/// constraints nor what makes a record malformed. Reckoned in processor time, so that a busy machine tells the same as an idle one.
/// </summary>
internal static class MinimisationTable
{
    internal const string Name = "minimisation";

    private static readonly int[] Sizes = [200, 1 << 10, 1 << 14, 1 << 20];

    private static readonly (PlanKind Plan, int Names, string What)[] Rows =
    [
        (PlanKind.Keep, 1, "keep"), (PlanKind.Drop, 1, "drop"), (PlanKind.Change, 1, "change"), (PlanKind.Keep, 6, "keep, long names"),
    ];

    private static readonly string[] PseudonymWays = ["order number kept", "order number pseudonymised", "its HMAC alone"];

    private static readonly RecordShape Shape = DatasetLoader.LoadFile(Path.Combine(AppContext.BaseDirectory, "datasets", "purchases.v1.binpb"), [])!.Shape;

    public static void Print(TextWriter output)
    {
        output.WriteLine("| plan | record | minimiser GB/s | allocated | Google.Protobuf GB/s | allocated | times as fast |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        foreach (var (plan, names, what) in Rows)
        {
            foreach (var size in Sizes)
            {
                var (record, minimise, protobuf) = Ways(plan, OrderOf.Size(size, names));
                var measured = ProcessorTime.Measure(minimise, protobuf);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {what} | {record.Length:N0} B | {record.Length / measured[0].Nanoseconds:0.00} | {measured[0].Allocated:N0} B | {record.Length / measured[1].Nanoseconds:0.000} | {measured[1].Allocated:N0} B | {measured[1].Nanoseconds / measured[0].Nanoseconds:0.0} |"));
            }
        }

        output.WriteLine();
        PrintPseudonyms(output);
    }

    private static (byte[] Record, Action Minimise, Action Protobuf) Ways(PlanKind kind, byte[] record)
    {
        var subject = Encoding.UTF8.GetBytes(Order.Parser.ParseFrom(record).CustomerId);
        var (plan, redact) = (OrderPlans.Compile(Shape, kind), OrderPlans.Redaction(kind));
        var output = new byte[plan.MaximumOutput(record.Length)];
        int Minimise()
        {
            var outcome = Minimiser.Minimise(plan, Shape.All, null, record, new RecordGuard { Subject = subject }, output);
            return outcome.Verdict == MinimisationVerdict.Released ? outcome.Length : throw new InvalidOperationException($"{outcome}");
        }

        byte[] Protobuf()
        {
            var order = Order.Parser.ParseFrom(record);
            redact(order);
            return order.ToByteArray();
        }

        return output.AsSpan(0, Minimise()).SequenceEqual(Protobuf())
            ? (record, () => Minimise(), () => Protobuf())
            : throw new InvalidOperationException($"The two ways do not come to the same for {kind}.");
    }

    /// <summary>What a pseudonym costs is what its HMAC costs: an order number, among an order of 1 KB and alone.</summary>
    private static void PrintPseudonyms(TextWriter output)
    {
        var record = OrderOf.Size(1 << 10);
        var order = Order.Parser.ParseFrom(record);
        var (subject, number) = (Encoding.UTF8.GetBytes(order.CustomerId), Encoding.UTF8.GetBytes(order.OrderNumber));
        var keyBytes = new byte[PseudonymKey.Size];
        using var key = new PseudonymKey(keyBytes);
        Action Minimising(FieldAction action)
        {
            var plan = ReleasePlan.Compile(Shape, Shape.Leaves.Select(leaf => leaf.Path == "order_number" ? action : new FieldAction.Keep()));
            var released = new byte[plan.MaximumOutput(record.Length)];
            return () => Minimiser.Minimise(plan, Shape.All, key, record, new RecordGuard { Subject = subject }, released);
        }

        var code = new byte[HMACSHA256.HashSizeInBytes];
        var measured = ProcessorTime.Measure(Minimising(new FieldAction.Keep()), Minimising(new FieldAction.Pseudonymise()), () => HMACSHA256.HashData(keyBytes, number, code));
        output.WriteLine("| an order of 1 KB | ns | allocated |");
        output.WriteLine("|---|--:|--:|");
        foreach (var (name, (nanoseconds, allocated)) in PseudonymWays.Zip(measured))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {nanoseconds:N0} | {allocated:N0} B |"));
        }
    }
}
