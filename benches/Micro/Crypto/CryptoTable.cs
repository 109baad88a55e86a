using System.Globalization;
using Exchange.Benches.Micro.Minimisation;

namespace Exchange.Benches.Micro.Crypto;

/// <summary>
/// The cryptography of one governed fetch of 1 KB, step by step: by the platform's one-shots, as the node once did it, and as it does it now. In
/// processor time, the two ways in turn; a way first shows that it comes to the same.
/// </summary>
internal static class CryptoTable
{
    public const string Name = "crypto";

    public static void Print(TextWriter output)
    {
        output.WriteLine("| step of one fetch | platform, processor ns | allocated | node, processor ns | allocated | saved ns |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|");
        using var fetch = new FetchCrypto();
        var (platform, node) = (default((double Nanoseconds, double Allocated)), default((double Nanoseconds, double Allocated)));
        foreach (var (step, platformWay, nodeWay) in fetch.Steps)
        {
            if (!platformWay().AsSpan().SequenceEqual(nodeWay()))
            {
                throw new InvalidOperationException($"The two ways do not come to the same for {step}.");
            }
        }

        foreach (var (step, platformWay, nodeWay) in fetch.Steps.Concat(FetchCrypto.RandomSteps))
        {
            var measured = ProcessorTime.Measure(() => platformWay(), () => nodeWay());
            Row(output, step, measured[0], measured[1]);
            platform = (platform.Nanoseconds + measured[0].Nanoseconds, platform.Allocated + measured[0].Allocated);
            node = (node.Nanoseconds + measured[1].Nanoseconds, node.Allocated + measured[1].Allocated);
        }

        Row(output, "all", platform, node);
    }

    private static void Row(TextWriter output, string step, (double Nanoseconds, double Allocated) platform, (double Nanoseconds, double Allocated) node) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {step} | {platform.Nanoseconds:N0} | {platform.Allocated:N0} B | {node.Nanoseconds:N0} | {node.Allocated:N0} B | {platform.Nanoseconds - node.Nanoseconds:N0} |"));
}
