using System.Diagnostics.Metrics;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>Listens to what a node of this process counts, from before it starts.</summary>
internal sealed class NodeCounters : IDisposable
{
    private const string Meter = "Exchange.Node";

    private readonly MeterListener _listener = new();
    private readonly Tally _commits = new("exchange.audit.commits");
    private readonly Tally _entries = new("exchange.audit.entries");
    private readonly Tally _agreements = new("exchange.sealing.agreements");

    public NodeCounters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Meter && All.FirstOrDefault(tally => tally.Name == instrument.Name) is { } tally)
            {
                tally.IsCounted = true;
                tally.IsAsked = instrument.IsObservable;
                listener.EnableMeasurementEvents(instrument, tally);
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, _, tally) => ((Tally)tally!).Add(value));
        _listener.Start();
    }

    private IEnumerable<Tally> All => [_commits, _entries, _agreements];

    public NodeCounts Read()
    {
        // An observable counter tells its whole sum each time that it is asked; another one what is added, as it comes.
        foreach (var tally in All.Where(tally => tally.IsAsked))
        {
            tally.Clear();
        }

        _listener.RecordObservableInstruments();
        return new NodeCounts(_commits.Value, _entries.Value, _agreements.Value);
    }

    public void Dispose() => _listener.Dispose();

    private sealed class Tally(string name)
    {
        private long _sum;

        public string Name => name;

        public bool IsCounted { get; set; }

        public bool IsAsked { get; set; }

        public long? Value => IsCounted ? Interlocked.Read(ref _sum) : null;

        public void Add(long value) => Interlocked.Add(ref _sum, value);

        public void Clear() => Interlocked.Exchange(ref _sum, 0);
    }
}
