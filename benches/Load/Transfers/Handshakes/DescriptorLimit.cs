using System.Globalization;

namespace Exchange.Benches.Load.Transfers.Handshakes;

/// <summary>How many files a process of this machine may have open; a fleet needs one for each of its clients, and so does the node.</summary>
internal static class DescriptorLimit
{
    private const string LimitsFile = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <summary>Room for what a process has open besides.</summary>
    private const int Besides = 512;

    /// <summary>Throws where a fleet has no room.</summary>
    public static void Demand(int clients)
    {
        // The second figure is the hard limit, to which the runtime raises its own at start.
        if (File.Exists(LimitsFile)
            && File.ReadLines(LimitsFile).FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal)) is { } found
            && found[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] is var most
            && long.TryParse(most, CultureInfo.InvariantCulture, out var limit)
            && limit < clients + Besides)
        {
            throw new InvalidOperationException($"{clients} clients need {clients + Besides} open files in a process, and this machine allows {limit}: raise it with 'ulimit -n', or name fewer with --clients.");
        }
    }
}
