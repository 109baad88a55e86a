using System.Diagnostics;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Paced;

/// <summary>
/// Calls that begin when they are due and not when an earlier one has ended (an open loop): gaps are drawn from the exponential distribution,
/// and a call's time counts from the moment at which it was due, so that a slow arm cannot hide what waits.
/// </summary>
internal sealed class PacedLoad : IAsyncDisposable
{
    /// <summary>At low rates, what falls due within a time is too little to say that an arm does not keep up.</summary>
    private const int LeastOpen = 64;

    private readonly IArm _arm;
    private readonly Workload _workload;
    private readonly double _gap;
    private readonly int _mostOpen;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private LatencyHistogram _latencies = new();
    private string? _fault;
    private int _open;
    private volatile bool _ended;

    private PacedLoad(IArm arm, Workload workload, double perSecond, TimeSpan arrears)
    {
        (_arm, _workload, _gap) = (arm, workload, Stopwatch.Frequency / perSecond);
        _mostOpen = Math.Max(LeastOpen, (int)(perSecond * arrears.TotalSeconds));
        _thread = new Thread(Pace) { IsBackground = true, Name = "pace" };
    }

    /// <summary>Whether the arm kept up so far.</summary>
    public bool KeptUp { get; private set; } = true;

    /// <summary>Begins.</summary>
    /// <param name="arm">Who is asked.</param>
    /// <param name="workload">What.</param>
    /// <param name="perSecond">How often.</param>
    /// <param name="arrears">Calls that fall due within this time may be unanswered at once. Of more, the arm does not carry the rate: the load stops there.</param>
    public static PacedLoad Start(IArm arm, Workload workload, double perSecond, TimeSpan arrears)
    {
        var load = new PacedLoad(arm, workload, perSecond, arrears);
        load._thread.Start();
        return load;
    }

    /// <summary>Calls that failed; their times count as those of others do.</summary>
    public int Failures { get; private set; }

    /// <summary>Throws when a call failed, with what it said.</summary>
    /// <exception cref="InvalidOperationException">One did.</exception>
    public void DemandAnswers()
    {
        if (Failures > 0)
        {
            throw new InvalidOperationException($"{Failures} calls of the paced load on {_arm.Name} failed: {_fault}");
        }
    }

    /// <summary>The times of all calls that ended since the last taking.</summary>
    public LatencyHistogram Take()
    {
        lock (_gate)
        {
            var taken = _latencies;
            _latencies = new LatencyHistogram();
            return taken;
        }
    }

    /// <summary>Begins no more calls, and waits for those under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _ended = true;
        await Task.Run(_thread.Join);
        var clock = Stopwatch.StartNew();
        while (Volatile.Read(ref _open) > 0 && clock.Elapsed < RunPlan.Patience)
        {
            await Task.Delay(10);
        }
    }

    private void Pace()
    {
        var message = new byte[_workload.PayloadBytes];
        var random = new Random(1);
        var due = (double)Stopwatch.GetTimestamp();
        for (var number = 0; !_ended && KeptUp; number++)
        {
            due += -Math.Log(1 - random.NextDouble()) * _gap;
            while (Stopwatch.GetTimestamp() < due && !_ended)
            {
                // A millisecond is what a thread can sleep; the calls that fall due meanwhile begin together, and count from when they were due.
                Thread.Sleep(1);
            }

            KeptUp = Interlocked.Increment(ref _open) <= _mostOpen;
            _ = CallAsync(number % _workload.InFlight, message, (long)due);
        }
    }

    private async Task CallAsync(int worker, byte[] message, long due)
    {
        string? fault = null;
        try
        {
            await _arm.CallAsync(worker, _workload, message).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a call ends with is counted.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            fault = exception.Message;
        }

        var took = Stopwatch.GetTimestamp() - due;
        lock (_gate)
        {
            _fault ??= fault;
            Failures += fault is null ? 0 : 1;
            _latencies.Add(took);
        }

        Interlocked.Decrement(ref _open);
    }
}
