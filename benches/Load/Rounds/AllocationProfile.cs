using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace Exchange.Benches.Load.Rounds;

/// <summary>
/// Which types a process allocates: the runtime reports one allocation in about a hundred kilobytes, and names its type. A share of the whole, then, not a
/// count; enough to see what is worth going after.
/// </summary>
internal sealed class AllocationProfile : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Collector = (EventKeywords)0x1;
    private const int Tick = 10; // GCAllocationTick
    private const int Shown = 40;

    private readonly ConcurrentDictionary<string, long> _bytes = new();

    /// <summary>Writes the largest shares, and begins anew.</summary>
    public void Write(TextWriter output)
    {
        var total = Math.Max(1, _bytes.Values.Sum());
        foreach (var (type, bytes) in _bytes.OrderByDescending(one => one.Value).Take(Shown))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{100.0 * bytes / total,5:F1} %  {type}"));
        }

        _bytes.Clear();
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
        {
            EnableEvents(eventSource, EventLevel.Verbose, Collector);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // Until the constructor has run there is no table: events may come that early.
        if (eventData.EventId == Tick && eventData.Payload is { Count: > 8 } payload && _bytes is { } table)
        {
            table.AddOrUpdate((string)payload[5]!, _ => Convert.ToInt64(payload[3], CultureInfo.InvariantCulture), (_, sum) => sum + Convert.ToInt64(payload[3], CultureInfo.InvariantCulture));
        }
    }
}
